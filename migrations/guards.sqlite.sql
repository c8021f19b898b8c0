-- What SQLite itself refuses, whoever asks. Trigger syntax differs between engines, so guards stand beside the
-- numbered migrations and are applied after them, again and again without harm.

CREATE TRIGGER IF NOT EXISTS audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS audit_is_never_deleted BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit rows are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS issued_codes_are_never_changed BEFORE UPDATE ON issued_codes
BEGIN SELECT RAISE(ABORT, 'issued codes are only ever added'); END;

CREATE TRIGGER IF NOT EXISTS issued_codes_are_never_deleted BEFORE DELETE ON issued_codes
BEGIN SELECT RAISE(ABORT, 'issued codes are only ever added'); END;
