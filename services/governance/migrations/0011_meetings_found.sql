-- What the secretary's office looks for every few seconds, found without reading all matters.
CREATE INDEX matters_referred ON matters(number)
  WHERE kind = 'task' AND document->>'task' = 'convene_meeting' AND document->>'decision_id' IS NOT NULL;
CREATE INDEX matters_meetings ON matters(place, matter_id) WHERE kind = 'meeting';
CREATE INDEX matters_meeting_tasks ON matters(place, number)
  WHERE kind = 'task' AND open AND (document->>'task' = 'convene_meeting' OR document->>'meeting_id' IS NOT NULL);
