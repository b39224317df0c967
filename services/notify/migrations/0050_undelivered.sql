-- Recipients whom a message could not be sent that stands on no ladder: an A19 stands about each. `event_id`: the first message.
CREATE TABLE undelivered(recipient_id uuid PRIMARY KEY, event_id uuid NOT NULL);
