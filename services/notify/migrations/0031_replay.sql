-- The number, among its attempts, of a delivery's last replay: what came back and was sent again has receipts of its own.
ALTER TABLE deliveries ADD COLUMN replay integer;
