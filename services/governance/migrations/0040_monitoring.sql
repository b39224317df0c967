-- Lists of matters of one kind, those due first, however many there are.
CREATE INDEX matters_kind_due ON matters(kind, place, (coalesce(due, date '9999-12-31')), matter_id);
