-- Whose a voucher is stands in the indexes the lists walk, so that what may still be sold is counted and found without
-- reading every voucher that was.

DROP INDEX vouchers_by_batch;
DROP INDEX vouchers_by_state;
DROP INDEX vouchers_by_router;
CREATE INDEX vouchers_by_batch ON vouchers (batch_id, state, number, standing);
CREATE INDEX vouchers_by_state ON vouchers (state, number, standing);
CREATE INDEX vouchers_by_router ON vouchers (router_id, state, number, standing);
