-- The first books. {{big}}, {{blob}} and {{strict}} are replaced for each engine before this runs.

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) {{strict}};

CREATE TABLE pictures (
    name TEXT PRIMARY KEY,
    bytes {{blob}} NOT NULL,
    changed_at {{big}} NOT NULL
) {{strict}};

CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    value {{big}} NOT NULL
) {{strict}};

CREATE TABLE incidents (
    fingerprint TEXT PRIMARY KEY,
    number {{big}} NOT NULL UNIQUE,
    place TEXT NOT NULL,
    message TEXT NOT NULL,
    count {{big}} NOT NULL,
    first_at {{big}} NOT NULL,
    last_at {{big}} NOT NULL
) {{strict}};

CREATE TABLE request_keys (
    request_key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    result TEXT NOT NULL,
    at {{big}} NOT NULL
) {{strict}};

CREATE TABLE staff (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('super_admin', 'admin', 'operator', 'viewer')),
    password_hash TEXT NOT NULL,
    must_change {{big}} NOT NULL DEFAULT 0,
    disabled {{big}} NOT NULL DEFAULT 0,
    failures {{big}} NOT NULL DEFAULT 0,
    last_failure_at {{big}},
    last_sign_in_at {{big}},
    language TEXT,
    theme TEXT,
    created_at {{big}} NOT NULL,
    changed_at {{big}} NOT NULL
) {{strict}};

CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    staff_id TEXT NOT NULL REFERENCES staff (id),
    place TEXT NOT NULL CHECK (place IN ('window', 'browser')),
    created_at {{big}} NOT NULL,
    last_seen_at {{big}} NOT NULL,
    expires_at {{big}} NOT NULL,
    ended_at {{big}},
    ended_why TEXT
) {{strict}};
CREATE INDEX sessions_by_staff ON sessions (staff_id, ended_at);

CREATE TABLE key_wraps (
    kind TEXT PRIMARY KEY CHECK (kind IN ('recovery', 'passphrase')),
    kdf TEXT NOT NULL,
    salt {{blob}} NOT NULL,
    sealed {{blob}} NOT NULL,
    made_at {{big}} NOT NULL
) {{strict}};

CREATE TABLE audit (
    seq {{big}} PRIMARY KEY,
    at {{big}} NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    deed TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) {{strict}};
CREATE INDEX audit_by_subject ON audit (subject_kind, subject_id, seq);

CREATE TABLE lanes (
    lane TEXT PRIMARY KEY,
    circuit TEXT NOT NULL CHECK (circuit IN ('closed', 'open', 'half_open', 'blocked')),
    failures {{big}} NOT NULL DEFAULT 0,
    open_since {{big}},
    probe_at {{big}},
    last_error TEXT,
    last_ok_at {{big}},
    changed_at {{big}} NOT NULL
) {{strict}};

CREATE TABLE outbox (
    id {{big}} PRIMARY KEY,
    lane TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    subject TEXT NOT NULL,
    priority {{big}} NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'held', 'done', 'unknown', 'dead')),
    run_at {{big}} NOT NULL,
    attempts {{big}} NOT NULL DEFAULT 0,
    lease_until {{big}},
    depends_on {{big}},
    last_error TEXT,
    created_at {{big}} NOT NULL,
    changed_at {{big}} NOT NULL
) {{strict}};
CREATE INDEX outbox_due ON outbox (lane, state, priority, run_at);
CREATE INDEX outbox_by_subject ON outbox (subject, state);
CREATE INDEX outbox_by_dependency ON outbox (depends_on);

CREATE TABLE routers (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    host TEXT NOT NULL,
    port {{big}} NOT NULL,
    tls {{big}} NOT NULL,
    pin TEXT,
    plain_accepted {{big}} NOT NULL DEFAULT 0,
    user_name TEXT NOT NULL,
    password_sealed TEXT NOT NULL,
    practice {{big}} NOT NULL DEFAULT 0,
    archived {{big}} NOT NULL DEFAULT 0,
    identity TEXT,
    version TEXT,
    board TEXT,
    serial TEXT,
    dns_name TEXT,
    ssid TEXT,
    checked_at {{big}},
    checks TEXT,
    created_at {{big}} NOT NULL,
    changed_at {{big}} NOT NULL
) {{strict}};

CREATE TABLE plans (
    id TEXT PRIMARY KEY,
    router_id TEXT NOT NULL REFERENCES routers (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    hotspot_server TEXT NOT NULL,
    profile_name TEXT NOT NULL,
    price {{big}} NOT NULL,
    selling_price {{big}} NOT NULL,
    validity_s {{big}},
    uptime_limit_s {{big}},
    data_limit_bytes {{big}},
    shared_users {{big}} NOT NULL,
    rate_limit TEXT,
    lock_mac {{big}} NOT NULL,
    code_mode TEXT NOT NULL CHECK (code_mode IN ('same', 'separate')),
    code_alphabet TEXT NOT NULL CHECK (code_alphabet IN ('a28', 'digits')),
    code_length {{big}} NOT NULL,
    code_prefix TEXT NOT NULL,
    counter_key {{big}},
    colour TEXT NOT NULL,
    archived {{big}} NOT NULL DEFAULT 0,
    profile_state TEXT NOT NULL CHECK (profile_state IN ('pending', 'on_router', 'rejected')),
    created_at {{big}} NOT NULL,
    changed_at {{big}} NOT NULL,
    UNIQUE (router_id, profile_name)
) {{strict}};
CREATE INDEX plans_by_router ON plans (router_id, archived);

CREATE TABLE batches (
    id TEXT PRIMARY KEY,
    number {{big}} NOT NULL UNIQUE,
    plan_id TEXT NOT NULL REFERENCES plans (id),
    router_id TEXT NOT NULL REFERENCES routers (id),
    plan_name TEXT NOT NULL,
    hotspot_server TEXT NOT NULL,
    profile_name TEXT NOT NULL,
    price {{big}} NOT NULL,
    selling_price {{big}} NOT NULL,
    validity_s {{big}},
    uptime_limit_s {{big}},
    data_limit_bytes {{big}},
    size {{big}} NOT NULL,
    code_mode TEXT NOT NULL CHECK (code_mode IN ('same', 'separate')),
    code_alphabet TEXT NOT NULL CHECK (code_alphabet IN ('a28', 'digits')),
    code_length {{big}} NOT NULL,
    code_prefix TEXT NOT NULL,
    note TEXT NOT NULL,
    sell_by {{big}},
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'cancelled', 'ready')),
    created_by TEXT NOT NULL,
    created_by_name TEXT NOT NULL,
    created_at {{big}} NOT NULL,
    push_started_at {{big}},
    finished_at {{big}}
) {{strict}};
CREATE INDEX batches_by_plan ON batches (plan_id, number);
CREATE INDEX batches_by_router ON batches (router_id, number);

CREATE TABLE vouchers (
    id TEXT PRIMARY KEY,
    number {{big}} NOT NULL UNIQUE,
    batch_id TEXT NOT NULL REFERENCES batches (id),
    plan_id TEXT NOT NULL,
    router_id TEXT NOT NULL,
    serial {{big}} NOT NULL,
    chunk {{big}} NOT NULL,
    code TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'on_router', 'rejected', 'void')),
    disabled {{big}} NOT NULL DEFAULT 0,
    reason TEXT,
    on_router_at {{big}},
    closed_at {{big}},
    printed {{big}} NOT NULL DEFAULT 0,
    created_at {{big}} NOT NULL
) {{strict}};
CREATE INDEX vouchers_by_batch ON vouchers (batch_id, state, number);
CREATE INDEX vouchers_by_state ON vouchers (state, number);
CREATE INDEX vouchers_by_plan ON vouchers (plan_id, number);
CREATE INDEX vouchers_by_router ON vouchers (router_id, state, number);

-- Codes that were ever issued, so that none is used again even after its voucher has been cleaned up.
CREATE TABLE issued_codes (
    code_hash {{blob}} PRIMARY KEY
) {{strict}};

CREATE TABLE prints (
    id TEXT PRIMARY KEY,
    batch_id TEXT NOT NULL REFERENCES batches (id),
    copy {{big}} NOT NULL,
    options TEXT NOT NULL,
    count {{big}} NOT NULL,
    not_on_router {{big}} NOT NULL,
    printed_by TEXT NOT NULL,
    printed_by_name TEXT NOT NULL,
    at {{big}} NOT NULL
) {{strict}};
CREATE INDEX prints_by_batch ON prints (batch_id, at);

CREATE TABLE printed_vouchers (
    print_id TEXT NOT NULL REFERENCES prints (id),
    position {{big}} NOT NULL,
    voucher_id TEXT NOT NULL REFERENCES vouchers (id),
    copy {{big}} NOT NULL,
    on_router {{big}} NOT NULL,
    PRIMARY KEY (print_id, position)
) {{strict}};
CREATE INDEX printed_vouchers_by_voucher ON printed_vouchers (voucher_id, print_id);
