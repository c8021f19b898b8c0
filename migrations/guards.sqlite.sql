-- What SQLite itself refuses, whoever asks. Trigger syntax differs between engines, so guards stand beside the
-- numbered migrations and are applied after them, again and again without harm.

-- Practice is no money: its sales may go, and only they. A row never changes, so none turns into practice later.
DROP TRIGGER IF EXISTS receipts_are_never_deleted;
DROP TRIGGER IF EXISTS sales_are_never_deleted;
DROP TRIGGER IF EXISTS sale_voids_are_never_deleted;

CREATE TRIGGER IF NOT EXISTS audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS audit_is_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS issued_codes_are_never_changed BEFORE UPDATE ON issued_codes
BEGIN SELECT RAISE(ABORT, 'issued codes are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS issued_codes_are_never_deleted BEFORE DELETE ON issued_codes
BEGIN SELECT RAISE(ABORT, 'issued codes are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS ledger_transactions_are_never_changed BEFORE UPDATE ON ledger_transactions
BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;

CREATE TRIGGER IF NOT EXISTS ledger_transactions_are_never_deleted BEFORE DELETE ON ledger_transactions
BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;

CREATE TRIGGER IF NOT EXISTS postings_are_never_changed BEFORE UPDATE ON postings
BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;

CREATE TRIGGER IF NOT EXISTS postings_are_never_deleted BEFORE DELETE ON postings
BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;

CREATE TRIGGER IF NOT EXISTS receipts_are_never_changed BEFORE UPDATE ON receipts
BEGIN SELECT RAISE(ABORT, 'receipts are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS receipts_are_deleted_for_practice_only BEFORE DELETE ON receipts
    WHEN OLD.practice = 0
BEGIN SELECT RAISE(ABORT, 'receipts are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS sales_are_never_changed BEFORE UPDATE ON sales
BEGIN SELECT RAISE(ABORT, 'sales are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS sales_are_deleted_for_practice_only BEFORE DELETE ON sales
    WHEN OLD.practice = 0
BEGIN SELECT RAISE(ABORT, 'sales are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS sale_voids_are_never_changed BEFORE UPDATE ON sale_voids
BEGIN SELECT RAISE(ABORT, 'voids are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS sale_voids_are_deleted_for_practice_only BEFORE DELETE ON sale_voids
    WHEN NOT EXISTS (SELECT 1 FROM sales WHERE id = OLD.sale_id AND practice = 1)
BEGIN SELECT RAISE(ABORT, 'voids are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS cash_moves_are_never_changed BEFORE UPDATE ON cash_moves
BEGIN SELECT RAISE(ABORT, 'cash moves are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS cash_moves_are_never_deleted BEFORE DELETE ON cash_moves
BEGIN SELECT RAISE(ABORT, 'cash moves are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS cash_counts_are_never_changed BEFORE UPDATE ON cash_counts
BEGIN SELECT RAISE(ABORT, 'counts are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS cash_counts_are_never_deleted BEFORE DELETE ON cash_counts
BEGIN SELECT RAISE(ABORT, 'counts are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS handovers_are_never_changed BEFORE UPDATE ON handovers
BEGIN SELECT RAISE(ABORT, 'handovers are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS handovers_are_never_deleted BEFORE DELETE ON handovers
BEGIN SELECT RAISE(ABORT, 'handovers are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS settlements_are_never_changed BEFORE UPDATE ON settlements
BEGIN SELECT RAISE(ABORT, 'settlements are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS settlements_are_never_deleted BEFORE DELETE ON settlements
BEGIN SELECT RAISE(ABORT, 'settlements are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS a_closed_shift_stays_as_it_was BEFORE UPDATE ON shifts WHEN OLD.state = 'closed'
BEGIN SELECT RAISE(ABORT, 'a closed shift is never changed'); END;

CREATE TRIGGER IF NOT EXISTS shifts_are_never_deleted BEFORE DELETE ON shifts
BEGIN SELECT RAISE(ABORT, 'shifts are only ever added'); END;
