-- Receipts and sales of practice are numbered by themselves, so that the real ones have no gap when practice is removed.

-- `number` says in which order rows were written, real and practice in one row; `shown` is what people read: 12, or L-3
-- for practice. Rows without it are older and show their `number`.
ALTER TABLE receipts ADD COLUMN shown {{big}};
ALTER TABLE sales ADD COLUMN shown {{big}};
CREATE UNIQUE INDEX receipts_by_shown ON receipts (practice, shown);
CREATE UNIQUE INDEX sales_by_shown ON sales (practice, shown);
INSERT INTO counters (name, value) SELECT name || '.real', value FROM counters WHERE name IN ('receipts', 'sales');
INSERT INTO counters (name, value) SELECT name || '.practice', value FROM counters WHERE name IN ('receipts', 'sales');
