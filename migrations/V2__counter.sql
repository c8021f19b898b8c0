-- The counter: people who switch, money, shifts, sales, slips. Rows of money are only ever added (guards.sqlite.sql).

ALTER TABLE staff ADD COLUMN pin_hash TEXT;
ALTER TABLE staff ADD COLUMN pin_failures {{big}} NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN counter_id TEXT;
ALTER TABLE sessions ADD COLUMN locked_at {{big}};

-- Wrong passwords in a row, by account and by where they came from: the window, or a browser's address.
ALTER TABLE staff DROP COLUMN failures;
ALTER TABLE staff DROP COLUMN last_failure_at;
CREATE TABLE sign_in_failures (
    staff_id TEXT NOT NULL REFERENCES staff (id),
    source TEXT NOT NULL,
    failures {{big}} NOT NULL,
    last_at {{big}} NOT NULL,
    PRIMARY KEY (staff_id, source)
) {{strict}};
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);

-- Where a sale of the plan takes its code from: drawn at that moment, or the next of a stock batch.
ALTER TABLE plans ADD COLUMN counter_fill TEXT NOT NULL DEFAULT 'fresh' CHECK (counter_fill IN ('fresh', 'stock'));
-- What a batch is for: sheets of cards, stock of the counter, or codes drawn at the moment of sale.
ALTER TABLE batches ADD COLUMN purpose TEXT NOT NULL DEFAULT 'sheet' CHECK (purpose IN ('sheet', 'stock', 'counter'));
ALTER TABLE vouchers ADD COLUMN standing TEXT NOT NULL DEFAULT 'unsold'
    CHECK (standing IN ('unsold', 'stock', 'reserved', 'sold'));
ALTER TABLE vouchers ADD COLUMN sold_at {{big}};
CREATE INDEX vouchers_in_stock ON vouchers (batch_id, standing, state, disabled, number) WHERE standing = 'stock';
CREATE INDEX batches_by_purpose ON batches (plan_id, purpose, number);

-- Every sale leaves a note; the few that need a person are found without walking all of them.
CREATE INDEX outbox_for_a_person ON outbox (id) WHERE state IN ('dead', 'unknown');

CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('asset', 'liability', 'equity', 'income', 'expense')),
    name TEXT NOT NULL,
    created_at {{big}} NOT NULL
) {{strict}};

CREATE TABLE ledger_transactions (
    id {{big}} PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    shift_id TEXT,
    business_day {{big}} NOT NULL,
    at {{big}} NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    memo TEXT NOT NULL
) {{strict}};
CREATE INDEX ledger_by_subject ON ledger_transactions (subject_kind, subject_id);
CREATE INDEX ledger_by_shift ON ledger_transactions (shift_id);

-- Debit is positive, credit negative; the postings of a transaction sum to zero.
CREATE TABLE postings (
    transaction_id {{big}} NOT NULL REFERENCES ledger_transactions (id),
    position {{big}} NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    amount {{big}} NOT NULL,
    PRIMARY KEY (transaction_id, position)
) {{strict}};
CREATE INDEX postings_by_account ON postings (account_id, transaction_id, amount);

CREATE TABLE printers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('network', 'queue', 'file')),
    -- A host, the name of a print queue, or a folder.
    address TEXT NOT NULL,
    port {{big}},
    paper TEXT NOT NULL CHECK (paper IN ('58', '80')),
    code_page TEXT NOT NULL,
    qr TEXT NOT NULL CHECK (qr IN ('native', 'raster')),
    cuts {{big}} NOT NULL DEFAULT 1,
    kicks_drawer {{big}} NOT NULL DEFAULT 0,
    tells_status {{big}} NOT NULL DEFAULT 1,
    archived {{big}} NOT NULL DEFAULT 0,
    created_at {{big}} NOT NULL,
    changed_at {{big}} NOT NULL
) {{strict}};

CREATE TABLE slips (
    id TEXT PRIMARY KEY,
    number {{big}} NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('voucher', 'void', 'shift', 'cash_move', 'settlement', 'test')),
    subject_id TEXT NOT NULL,
    copy {{big}} NOT NULL,
    -- None for a slip that was kept as a file.
    printer_id TEXT REFERENCES printers (id),
    shift_id TEXT,
    kick {{big}} NOT NULL DEFAULT 0,
    state TEXT NOT NULL CHECK (state IN ('queued', 'printing', 'printed', 'unconfirmed', 'failed', 'stale')),
    reason TEXT,
    requested_by TEXT NOT NULL,
    requested_by_name TEXT NOT NULL,
    requested_at {{big}} NOT NULL,
    -- When a person last wanted it on paper: a slip that waits too long after this is not printed by itself.
    asked_at {{big}} NOT NULL,
    changed_at {{big}} NOT NULL
) {{strict}};
CREATE INDEX slips_by_subject ON slips (kind, subject_id, number);
CREATE INDEX slips_by_printer ON slips (printer_id, number);
CREATE INDEX slips_queued ON slips (printer_id, number) WHERE state = 'queued';
CREATE INDEX slips_printing ON slips (number) WHERE state = 'printing';
CREATE INDEX slips_unprinted ON slips (number) WHERE state IN ('unconfirmed', 'failed', 'stale');
CREATE INDEX slip_copies_by_shift ON slips (shift_id) WHERE copy > 0;

CREATE TABLE slip_templates (
    kind TEXT NOT NULL,
    language TEXT NOT NULL,
    text TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_by_name TEXT NOT NULL,
    changed_at {{big}} NOT NULL,
    PRIMARY KEY (kind, language)
) {{strict}};

CREATE TABLE sales_counters (
    id TEXT PRIMARY KEY,
    number {{big}} NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    printer_id TEXT REFERENCES printers (id),
    archived {{big}} NOT NULL DEFAULT 0,
    created_at {{big}} NOT NULL,
    changed_at {{big}} NOT NULL
) {{strict}};

CREATE TABLE shifts (
    id TEXT PRIMARY KEY,
    number {{big}} NOT NULL UNIQUE,
    counter_id TEXT NOT NULL REFERENCES sales_counters (id),
    counter_name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'counted', 'closed')),
    business_day {{big}} NOT NULL,
    opened_by TEXT NOT NULL,
    opened_by_name TEXT NOT NULL,
    opened_at {{big}} NOT NULL,
    opening_float {{big}} NOT NULL,
    counts {{big}} NOT NULL DEFAULT 0,
    counted {{big}},
    counted_at {{big}},
    expected {{big}},
    difference {{big}},
    handed_over {{big}},
    note TEXT,
    approved_by TEXT,
    approved_by_name TEXT,
    closed_by TEXT,
    closed_by_name TEXT,
    closed_at {{big}},
    audit_head TEXT
) {{strict}};
CREATE UNIQUE INDEX shifts_one_open ON shifts (counter_id) WHERE state <> 'closed';

-- Every count of a drawer, the ones that were counted anew included.
CREATE TABLE cash_counts (
    shift_id TEXT NOT NULL REFERENCES shifts (id),
    attempt {{big}} NOT NULL,
    denomination {{big}} NOT NULL,
    pieces {{big}} NOT NULL,
    PRIMARY KEY (shift_id, attempt, denomination)
) {{strict}};

CREATE TABLE cash_moves (
    id TEXT PRIMARY KEY,
    number {{big}} NOT NULL UNIQUE,
    shift_id TEXT NOT NULL REFERENCES shifts (id),
    kind TEXT NOT NULL CHECK (kind IN ('pay_in', 'pay_out')),
    amount {{big}} NOT NULL,
    reason TEXT NOT NULL,
    moved_by TEXT NOT NULL,
    moved_by_name TEXT NOT NULL,
    at {{big}} NOT NULL
) {{strict}};
CREATE INDEX cash_moves_by_shift ON cash_moves (shift_id, number);

CREATE TABLE receipts (
    id TEXT PRIMARY KEY,
    number {{big}} NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('counter', 'handover')),
    counter_id TEXT,
    shift_id TEXT,
    quantity {{big}} NOT NULL,
    gross {{big}} NOT NULL,
    discount {{big}} NOT NULL,
    discount_reason TEXT,
    approved_by TEXT,
    approved_by_name TEXT,
    total {{big}} NOT NULL,
    received {{big}},
    practice {{big}} NOT NULL DEFAULT 0,
    cashier_id TEXT NOT NULL,
    cashier_name TEXT NOT NULL,
    business_day {{big}} NOT NULL,
    at {{big}} NOT NULL
) {{strict}};
CREATE INDEX receipts_by_counter ON receipts (counter_id, number);
CREATE INDEX receipts_by_shift ON receipts (shift_id, number);

-- One voucher, one sale, for ever: a voided sale's voucher is void too. What the sale must remember is kept here,
-- whatever becomes of plan, batch and router.
CREATE TABLE sales (
    id TEXT PRIMARY KEY,
    number {{big}} NOT NULL UNIQUE,
    receipt_id TEXT NOT NULL REFERENCES receipts (id),
    voucher_id TEXT NOT NULL UNIQUE REFERENCES vouchers (id),
    fill TEXT NOT NULL CHECK (fill IN ('fresh', 'stock', 'card', 'reserved', 'handover')),
    plan_id TEXT NOT NULL,
    plan_name TEXT NOT NULL,
    router_id TEXT NOT NULL,
    router_name TEXT NOT NULL,
    code TEXT NOT NULL,
    price {{big}} NOT NULL,
    discount {{big}} NOT NULL,
    paid {{big}} NOT NULL,
    cost {{big}} NOT NULL,
    reseller_id TEXT,
    counter_id TEXT,
    shift_id TEXT,
    cashier_id TEXT NOT NULL,
    cashier_name TEXT NOT NULL,
    practice {{big}} NOT NULL DEFAULT 0,
    business_day {{big}} NOT NULL,
    at {{big}} NOT NULL
) {{strict}};
CREATE INDEX sales_by_code ON sales (code);
CREATE INDEX sales_by_receipt ON sales (receipt_id, number);
-- The two that reports add up from: in the order they group by, with everything they add.
CREATE INDEX sales_by_shift ON sales
    (shift_id, practice, plan_id, plan_name, cashier_id, cashier_name, fill, price, discount, paid);
CREATE INDEX sales_by_day ON sales
    (practice, business_day, plan_id, cashier_id, router_id, number, price, discount, paid, cost);
CREATE INDEX sales_in_order ON sales (practice, business_day, number);
CREATE INDEX sales_by_cashier ON sales (cashier_id, number);

CREATE TABLE sale_voids (
    sale_id TEXT PRIMARY KEY REFERENCES sales (id),
    kind TEXT NOT NULL CHECK (kind IN ('undo', 'void', 'return')),
    reason TEXT NOT NULL,
    amount {{big}} NOT NULL,
    shift_id TEXT,
    voided_by TEXT NOT NULL,
    voided_by_name TEXT NOT NULL,
    approved_by TEXT,
    approved_by_name TEXT,
    business_day {{big}} NOT NULL,
    at {{big}} NOT NULL
) {{strict}};
CREATE INDEX sale_voids_by_shift ON sale_voids (shift_id, amount);
CREATE INDEX sale_voids_by_day ON sale_voids (business_day);

CREATE TABLE reservations (
    id TEXT PRIMARY KEY,
    number {{big}} NOT NULL UNIQUE,
    plan_id TEXT NOT NULL REFERENCES plans (id),
    voucher_id TEXT REFERENCES vouchers (id),
    customer TEXT NOT NULL,
    note TEXT NOT NULL,
    price {{big}} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'sold', 'released')),
    until {{big}},
    receipt_id TEXT,
    reserved_by TEXT NOT NULL,
    reserved_by_name TEXT NOT NULL,
    reserved_at {{big}} NOT NULL,
    closed_at {{big}}
) {{strict}};
CREATE INDEX reservations_open ON reservations (state, number);

CREATE TABLE resellers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    phone TEXT NOT NULL,
    -- Hundredths of a percent of the selling price.
    commission_bp {{big}} NOT NULL,
    archived {{big}} NOT NULL DEFAULT 0,
    created_at {{big}} NOT NULL,
    changed_at {{big}} NOT NULL
) {{strict}};

CREATE TABLE handovers (
    id TEXT PRIMARY KEY,
    number {{big}} NOT NULL UNIQUE,
    reseller_id TEXT NOT NULL REFERENCES resellers (id),
    reseller_name TEXT NOT NULL,
    batch_id TEXT NOT NULL REFERENCES batches (id),
    receipt_id TEXT NOT NULL REFERENCES receipts (id),
    quantity {{big}} NOT NULL,
    gross {{big}} NOT NULL,
    commission_bp {{big}} NOT NULL,
    commission {{big}} NOT NULL,
    handed_by TEXT NOT NULL,
    handed_by_name TEXT NOT NULL,
    at {{big}} NOT NULL
) {{strict}};
CREATE INDEX handovers_by_reseller ON handovers (reseller_id, number);

CREATE TABLE settlements (
    id TEXT PRIMARY KEY,
    number {{big}} NOT NULL UNIQUE,
    reseller_id TEXT NOT NULL REFERENCES resellers (id),
    handover_id TEXT REFERENCES handovers (id),
    kind TEXT NOT NULL CHECK (kind IN ('cash', 'bank', 'return')),
    quantity {{big}} NOT NULL,
    amount {{big}} NOT NULL,
    note TEXT NOT NULL,
    counter_id TEXT,
    shift_id TEXT,
    settled_by TEXT NOT NULL,
    settled_by_name TEXT NOT NULL,
    at {{big}} NOT NULL
) {{strict}};
CREATE INDEX settlements_by_reseller ON settlements (reseller_id, number);
CREATE INDEX settlements_by_shift ON settlements (shift_id, kind, amount);
