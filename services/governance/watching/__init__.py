"""What governance looks after by itself: differing levels, evidence that fell, challenges, what stood before."""
