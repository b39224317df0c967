"""The partition of a key is Kafka's own."""

import pytest
from aiokafka.partitioner import murmur2
from hypothesis import given
from hypothesis import strategies as st

from shared.journal.rows import partition_of

KAFKAS_OWN = {  # org.apache.kafka.common.utils.UtilsTest.testMurmur2
    "21": -973932308,
    "foobar": -790332482,
    "a-little-bit-long-string": -985981536,
    "a-little-bit-longer-string": -1486304829,
    "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    "abc": 479470107,
}


@pytest.mark.parametrize(("key", "murmur"), KAFKAS_OWN.items())
def test_is_where_apache_kafka_puts_it(key: str, murmur: int) -> None:
    assert partition_of(key) == (murmur & 0x7FFFFFFF) % 12


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), st.sampled_from([1, 2, 12, 50]))
def test_is_where_the_client_library_puts_it(key: str, partitions: int) -> None:
    assert partition_of(key, partitions) == (murmur2(key.encode()) & 0x7FFFFFFF) % partitions
