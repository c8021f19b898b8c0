-- When each router was switched on, so that what it may have lost in a restart is read back again.

-- When it was last switched on by our clock, and how long it had been running when it was asked.
ALTER TABLE routers ADD COLUMN booted_at {{big}};
ALTER TABLE routers ADD COLUMN uptime_s {{big}};
-- It has restarted: what was written since then may be lost and has not been read back yet.
ALTER TABLE routers ADD COLUMN unsure_since {{big}};

-- When a voucher was last sent and read back; on_router_at says when that was for the first time.
ALTER TABLE vouchers ADD COLUMN written_at {{big}};
UPDATE vouchers SET written_at = on_router_at WHERE on_router_at IS NOT NULL;

-- What was done on a lane of late is found without walking everything that ever was.
CREATE INDEX outbox_by_change ON outbox (lane, changed_at);
-- A practice router goes with its vouchers: what points at them is found without walking every reservation.
CREATE INDEX reservations_by_voucher ON reservations (voucher_id);
