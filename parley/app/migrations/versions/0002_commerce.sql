CREATE TABLE act_limits (
	workspace_id UUID NOT NULL, 
	role TEXT NOT NULL, 
	act TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	allowed BOOLEAN DEFAULT true NOT NULL, 
	largest BIGINT, 
	alone BIGINT, 
	daily BIGINT, 
	CONSTRAINT pk_act_limits PRIMARY KEY (workspace_id, role, act, currency)
)
-- ;
CREATE TABLE commerce_documents (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	tokens TSVECTOR NOT NULL, 
	CONSTRAINT pk_commerce_documents PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE INDEX ix_commerce_documents_tokens ON commerce_documents USING gin (tokens)
-- ;
CREATE TABLE connections (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	plugin TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	name TEXT NOT NULL, 
	state TEXT DEFAULT 'active' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	settings JSONB DEFAULT '{}' NOT NULL, 
	secrets BYTEA, 
	position JSONB DEFAULT '{}' NOT NULL, 
	checked_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	deleted_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_connections PRIMARY KEY (workspace_id, id)
)
-- ;
CREATE UNIQUE INDEX uq_connections_id ON connections (id)
-- ;
CREATE TABLE demo_records (
	workspace_id UUID NOT NULL, 
	kind TEXT NOT NULL, 
	id TEXT NOT NULL, 
	data JSONB DEFAULT '{}' NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_demo_records PRIMARY KEY (workspace_id, kind, id)
)
-- ;
CREATE TABLE store_deliveries (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	connection_id UUID NOT NULL, 
	key TEXT NOT NULL, 
	topic TEXT NOT NULL, 
	body BYTEA, 
	state TEXT DEFAULT 'stored' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	attempts SMALLINT DEFAULT '0' NOT NULL, 
	received_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_store_deliveries PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_store_deliveries_workspace_id_connection_id FOREIGN KEY(workspace_id, connection_id) REFERENCES connections (workspace_id, id), 
	CONSTRAINT uq_store_deliveries_workspace_id_connection_id_key UNIQUE (workspace_id, connection_id, key)
)
-- ;
CREATE INDEX ix_store_deliveries_open ON store_deliveries (workspace_id, connection_id, id) WHERE state <> 'done'
-- ;
CREATE TABLE stores (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	name TEXT NOT NULL, 
	domain TEXT DEFAULT '' NOT NULL, 
	currency TEXT NOT NULL, 
	time_zone TEXT DEFAULT 'UTC' NOT NULL, 
	country TEXT DEFAULT '' NOT NULL, 
	brand_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_stores PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_stores_workspace_id_id FOREIGN KEY(workspace_id, id) REFERENCES connections (workspace_id, id), 
	CONSTRAINT fk_stores_workspace_id_brand_id FOREIGN KEY(workspace_id, brand_id) REFERENCES brands (workspace_id, id)
)
-- ;
CREATE TABLE discounts (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	store_id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	code TEXT NOT NULL, 
	act_id UUID, 
	terms JSONB DEFAULT '{}' NOT NULL, 
	starts_at TIMESTAMP WITH TIME ZONE, 
	ends_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_discounts PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_discounts_workspace_id_store_id FOREIGN KEY(workspace_id, store_id) REFERENCES stores (workspace_id, id), 
	CONSTRAINT uq_discounts_workspace_id_store_id_code UNIQUE (workspace_id, store_id, code)
)
-- ;
CREATE TABLE orders (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	store_id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	number TEXT NOT NULL, 
	customer_id UUID, 
	linked_by TEXT, 
	store_customer TEXT, 
	email TEXT DEFAULT '' NOT NULL, 
	email_key TEXT, 
	phone TEXT DEFAULT '' NOT NULL, 
	name TEXT DEFAULT '' NOT NULL, 
	language TEXT DEFAULT '' NOT NULL, 
	address JSONB, 
	currency TEXT NOT NULL, 
	payment TEXT NOT NULL, 
	fulfilment TEXT NOT NULL, 
	subtotal BIGINT NOT NULL, 
	discount BIGINT NOT NULL, 
	shipping BIGINT NOT NULL, 
	tax BIGINT NOT NULL, 
	total BIGINT NOT NULL, 
	refunded BIGINT DEFAULT '0' NOT NULL, 
	taxes_included BOOLEAN DEFAULT true NOT NULL, 
	shipping_code TEXT DEFAULT '' NOT NULL, 
	shipping_title TEXT DEFAULT '' NOT NULL, 
	promised_at TIMESTAMP WITH TIME ZONE, 
	placed_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	cancelled_at TIMESTAMP WITH TIME ZONE, 
	cancel_reason TEXT DEFAULT '' NOT NULL, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	discount_codes TEXT[] DEFAULT '{}' NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	tags TEXT[] DEFAULT '{}' NOT NULL, 
	gateway TEXT DEFAULT '' NOT NULL, 
	payment_reference TEXT DEFAULT '' NOT NULL, 
	admin_url TEXT DEFAULT '' NOT NULL, 
	status_url TEXT DEFAULT '' NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE, 
	read_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	stale_at TIMESTAMP WITH TIME ZONE, 
	deleted_at TIMESTAMP WITH TIME ZONE, 
	digest BYTEA NOT NULL, 
	CONSTRAINT pk_orders PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_orders_workspace_id_store_id FOREIGN KEY(workspace_id, store_id) REFERENCES stores (workspace_id, id), 
	CONSTRAINT fk_orders_workspace_id_customer_id FOREIGN KEY(workspace_id, customer_id) REFERENCES customers (workspace_id, id), 
	CONSTRAINT uq_orders_workspace_id_store_id_external_id UNIQUE (workspace_id, store_id, external_id)
)
-- ;
CREATE INDEX ix_orders_customer ON orders (workspace_id, customer_id, placed_at DESC)
-- ;
CREATE INDEX ix_orders_email ON orders (workspace_id, email_key, placed_at DESC)
-- ;
CREATE INDEX ix_orders_number ON orders (workspace_id, number)
-- ;
CREATE INDEX ix_orders_placed ON orders (workspace_id, placed_at DESC, id DESC)
-- ;
CREATE INDEX ix_orders_stale ON orders (workspace_id, store_id, stale_at) WHERE stale_at IS NOT NULL
-- ;
CREATE TABLE policies (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	store_id UUID, 
	version INTEGER NOT NULL, 
	state TEXT DEFAULT 'draft' NOT NULL, 
	terms JSONB DEFAULT '{}' NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	made_by UUID, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	published_at TIMESTAMP WITH TIME ZONE, 
	ended_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_policies PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_policies_workspace_id_store_id FOREIGN KEY(workspace_id, store_id) REFERENCES stores (workspace_id, id)
)
-- ;
CREATE INDEX ix_policies_versions ON policies (workspace_id, store_id, version DESC)
-- ;
CREATE UNIQUE INDEX uq_policies_in_force ON policies (workspace_id, coalesce(store_id, '00000000-0000-0000-0000-000000000000'::uuid)) WHERE state = 'published'
-- ;
CREATE TABLE portal_sessions (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	store_id UUID NOT NULL, 
	email_key TEXT NOT NULL, 
	order_id UUID, 
	token_hash TEXT, 
	code_hash TEXT, 
	tries SMALLINT DEFAULT '0' NOT NULL, 
	language TEXT DEFAULT '' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	proved_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_portal_sessions PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_portal_sessions_workspace_id_store_id FOREIGN KEY(workspace_id, store_id) REFERENCES stores (workspace_id, id)
)
-- ;
CREATE INDEX ix_portal_sessions_email ON portal_sessions (workspace_id, email_key)
-- ;
CREATE UNIQUE INDEX uq_portal_sessions_token ON portal_sessions (token_hash) WHERE token_hash IS NOT NULL
-- ;
CREATE TABLE products (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	store_id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	title TEXT NOT NULL, 
	handle TEXT DEFAULT '' NOT NULL, 
	status TEXT DEFAULT 'active' NOT NULL, 
	kind TEXT DEFAULT '' NOT NULL, 
	vendor TEXT DEFAULT '' NOT NULL, 
	tags TEXT[] DEFAULT '{}' NOT NULL, 
	url TEXT DEFAULT '' NOT NULL, 
	image_url TEXT DEFAULT '' NOT NULL, 
	description TEXT DEFAULT '' NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE, 
	read_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	stale_at TIMESTAMP WITH TIME ZONE, 
	deleted_at TIMESTAMP WITH TIME ZONE, 
	digest BYTEA NOT NULL, 
	CONSTRAINT pk_products PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_products_workspace_id_store_id FOREIGN KEY(workspace_id, store_id) REFERENCES stores (workspace_id, id), 
	CONSTRAINT uq_products_workspace_id_store_id_external_id UNIQUE (workspace_id, store_id, external_id)
)
-- ;
CREATE TABLE store_customers (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	store_id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	customer_id UUID, 
	name TEXT DEFAULT '' NOT NULL, 
	email TEXT DEFAULT '' NOT NULL, 
	email_key TEXT, 
	phone TEXT DEFAULT '' NOT NULL, 
	language TEXT DEFAULT '' NOT NULL, 
	orders INTEGER DEFAULT '0' NOT NULL, 
	spent BIGINT DEFAULT '0' NOT NULL, 
	currency TEXT DEFAULT '' NOT NULL, 
	tags TEXT[] DEFAULT '{}' NOT NULL, 
	marketing BOOLEAN DEFAULT false NOT NULL, 
	joined_at TIMESTAMP WITH TIME ZONE, 
	updated_at TIMESTAMP WITH TIME ZONE, 
	read_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	stale_at TIMESTAMP WITH TIME ZONE, 
	deleted_at TIMESTAMP WITH TIME ZONE, 
	digest BYTEA NOT NULL, 
	CONSTRAINT pk_store_customers PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_store_customers_workspace_id_store_id FOREIGN KEY(workspace_id, store_id) REFERENCES stores (workspace_id, id), 
	CONSTRAINT fk_store_customers_workspace_id_customer_id FOREIGN KEY(workspace_id, customer_id) REFERENCES customers (workspace_id, id), 
	CONSTRAINT uq_store_customers_workspace_id_store_id_external_id UNIQUE (workspace_id, store_id, external_id)
)
-- ;
CREATE INDEX ix_store_customers_customer ON store_customers (workspace_id, customer_id)
-- ;
CREATE INDEX ix_store_customers_email ON store_customers (workspace_id, email_key)
-- ;
CREATE TABLE subscriptions (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	store_id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	customer_id UUID, 
	store_customer TEXT, 
	email TEXT DEFAULT '' NOT NULL, 
	email_key TEXT, 
	status TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	price BIGINT NOT NULL, 
	unit TEXT NOT NULL, 
	every SMALLINT NOT NULL, 
	next_at TIMESTAMP WITH TIME ZONE, 
	lines JSONB DEFAULT '[]' NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE, 
	read_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	stale_at TIMESTAMP WITH TIME ZONE, 
	deleted_at TIMESTAMP WITH TIME ZONE, 
	digest BYTEA NOT NULL, 
	CONSTRAINT pk_subscriptions PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_subscriptions_workspace_id_store_id FOREIGN KEY(workspace_id, store_id) REFERENCES stores (workspace_id, id), 
	CONSTRAINT fk_subscriptions_workspace_id_customer_id FOREIGN KEY(workspace_id, customer_id) REFERENCES customers (workspace_id, id), 
	CONSTRAINT uq_subscriptions_workspace_id_store_id_external_id UNIQUE (workspace_id, store_id, external_id)
)
-- ;
CREATE INDEX ix_subscriptions_customer ON subscriptions (workspace_id, customer_id)
-- ;
CREATE INDEX ix_subscriptions_email ON subscriptions (workspace_id, email_key)
-- ;
CREATE TABLE sync_runs (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	store_id UUID NOT NULL, 
	purpose TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	state TEXT DEFAULT 'running' NOT NULL, 
	position JSONB, 
	since TIMESTAMP WITH TIME ZONE, 
	done BIGINT DEFAULT '0' NOT NULL, 
	total BIGINT, 
	changed BIGINT DEFAULT '0' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	started_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	moved_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_sync_runs PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_sync_runs_workspace_id_store_id FOREIGN KEY(workspace_id, store_id) REFERENCES stores (workspace_id, id)
)
-- ;
CREATE INDEX ix_sync_runs_store ON sync_runs (workspace_id, store_id, started_at DESC)
-- ;
CREATE TABLE fulfilments (
	workspace_id UUID NOT NULL, 
	order_id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	status TEXT NOT NULL, 
	pieces JSONB DEFAULT '[]' NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_fulfilments PRIMARY KEY (workspace_id, order_id, external_id), 
	CONSTRAINT fk_fulfilments_workspace_id_order_id FOREIGN KEY(workspace_id, order_id) REFERENCES orders (workspace_id, id) ON DELETE CASCADE
)
-- ;
CREATE TABLE order_lines (
	workspace_id UUID NOT NULL, 
	order_id UUID NOT NULL, 
	position SMALLINT NOT NULL, 
	external_id TEXT NOT NULL, 
	product_ref TEXT, 
	variant_ref TEXT, 
	sku TEXT DEFAULT '' NOT NULL, 
	title TEXT NOT NULL, 
	variant_title TEXT DEFAULT '' NOT NULL, 
	ordered INTEGER NOT NULL, 
	quantity INTEGER NOT NULL, 
	fulfilled INTEGER DEFAULT '0' NOT NULL, 
	refunded INTEGER DEFAULT '0' NOT NULL, 
	unit_price BIGINT NOT NULL, 
	discount BIGINT DEFAULT '0' NOT NULL, 
	tax BIGINT DEFAULT '0' NOT NULL, 
	total BIGINT NOT NULL, 
	image_url TEXT DEFAULT '' NOT NULL, 
	digital BOOLEAN DEFAULT false NOT NULL, 
	CONSTRAINT pk_order_lines PRIMARY KEY (workspace_id, order_id, external_id), 
	CONSTRAINT fk_order_lines_workspace_id_order_id FOREIGN KEY(workspace_id, order_id) REFERENCES orders (workspace_id, id) ON DELETE CASCADE
)
-- ;
CREATE TABLE refunds (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	order_id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	amount BIGINT NOT NULL, 
	shipping BIGINT DEFAULT '0' NOT NULL, 
	currency TEXT NOT NULL, 
	destination TEXT DEFAULT 'original' NOT NULL, 
	status TEXT DEFAULT 'done' NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	pieces JSONB DEFAULT '[]' NOT NULL, 
	key TEXT, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_refunds PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_refunds_workspace_id_order_id FOREIGN KEY(workspace_id, order_id) REFERENCES orders (workspace_id, id) ON DELETE CASCADE, 
	CONSTRAINT uq_refunds_workspace_id_order_id_external_id UNIQUE (workspace_id, order_id, external_id)
)
-- ;
CREATE INDEX ix_refunds_created ON refunds (workspace_id, created_at DESC, id DESC)
-- ;
CREATE TABLE returns (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	store_id UUID NOT NULL, 
	order_id UUID NOT NULL, 
	number TEXT NOT NULL, 
	external_id TEXT, 
	state TEXT NOT NULL, 
	asked_by TEXT NOT NULL, 
	asked_by_id UUID, 
	policy_id UUID, 
	decision JSONB DEFAULT '{}' NOT NULL, 
	refund_amount BIGINT DEFAULT '0' NOT NULL, 
	fee BIGINT DEFAULT '0' NOT NULL, 
	currency TEXT NOT NULL, 
	destination TEXT DEFAULT 'original' NOT NULL, 
	note TEXT DEFAULT '' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	language TEXT DEFAULT '' NOT NULL, 
	label_file_id UUID, 
	conversation_id UUID, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	approved_at TIMESTAMP WITH TIME ZONE, 
	approved_by UUID, 
	approved_by_kind TEXT DEFAULT '' NOT NULL, 
	approved_by_role TEXT DEFAULT '' NOT NULL, 
	sent_at TIMESTAMP WITH TIME ZONE, 
	received_at TIMESTAMP WITH TIME ZONE, 
	refunded_at TIMESTAMP WITH TIME ZONE, 
	closed_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_returns PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_returns_workspace_id_store_id FOREIGN KEY(workspace_id, store_id) REFERENCES stores (workspace_id, id), 
	CONSTRAINT fk_returns_workspace_id_order_id FOREIGN KEY(workspace_id, order_id) REFERENCES orders (workspace_id, id), 
	CONSTRAINT uq_returns_workspace_id_store_id_number UNIQUE (workspace_id, store_id, number)
)
-- ;
CREATE INDEX ix_returns_order ON returns (workspace_id, order_id)
-- ;
CREATE INDEX ix_returns_page ON returns (workspace_id, id DESC)
-- ;
CREATE INDEX ix_returns_state ON returns (workspace_id, state, id DESC)
-- ;
CREATE UNIQUE INDEX uq_returns_external ON returns (workspace_id, store_id, external_id) WHERE external_id IS NOT NULL
-- ;
CREATE TABLE shipments (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	order_id UUID NOT NULL, 
	return_id UUID, 
	direction TEXT DEFAULT 'out' NOT NULL, 
	fulfilment TEXT, 
	carrier TEXT DEFAULT '' NOT NULL, 
	number TEXT NOT NULL, 
	number_key TEXT NOT NULL, 
	url TEXT DEFAULT '' NOT NULL, 
	status TEXT DEFAULT 'unknown' NOT NULL, 
	told_by TEXT DEFAULT 'store' NOT NULL, 
	connection_id UUID, 
	external_id TEXT, 
	shipped_at TIMESTAMP WITH TIME ZONE, 
	estimated_at TIMESTAMP WITH TIME ZONE, 
	delivered_at TIMESTAMP WITH TIME ZONE, 
	last_event_at TIMESTAMP WITH TIME ZONE, 
	read_at TIMESTAMP WITH TIME ZONE, 
	check_at TIMESTAMP WITH TIME ZONE, 
	watched_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_shipments PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_shipments_workspace_id_order_id FOREIGN KEY(workspace_id, order_id) REFERENCES orders (workspace_id, id) ON DELETE CASCADE, 
	CONSTRAINT fk_shipments_workspace_id_connection_id FOREIGN KEY(workspace_id, connection_id) REFERENCES connections (workspace_id, id), 
	CONSTRAINT uq_shipments_workspace_id_order_id_direction_number_key UNIQUE (workspace_id, order_id, direction, number_key)
)
-- ;
CREATE INDEX ix_shipments_check ON shipments (workspace_id, check_at) WHERE check_at IS NOT NULL
-- ;
CREATE INDEX ix_shipments_number ON shipments (workspace_id, number_key)
-- ;
CREATE TABLE store_acts (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	store_id UUID NOT NULL, 
	act TEXT NOT NULL, 
	order_id UUID, 
	subscription_id UUID, 
	return_id UUID, 
	intent JSONB DEFAULT '{}' NOT NULL, 
	plan JSONB DEFAULT '{}' NOT NULL, 
	state TEXT DEFAULT 'planned' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	result JSONB DEFAULT '{}' NOT NULL, 
	amount BIGINT DEFAULT '0' NOT NULL, 
	currency TEXT DEFAULT '' NOT NULL, 
	planned_by_kind TEXT NOT NULL, 
	planned_by UUID, 
	committed_by_kind TEXT, 
	committed_by UUID, 
	approved_by_kind TEXT, 
	approved_by UUID, 
	key TEXT, 
	planned_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL, 
	committed_at TIMESTAMP WITH TIME ZONE, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_store_acts PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_store_acts_workspace_id_store_id FOREIGN KEY(workspace_id, store_id) REFERENCES stores (workspace_id, id), 
	CONSTRAINT fk_store_acts_workspace_id_order_id FOREIGN KEY(workspace_id, order_id) REFERENCES orders (workspace_id, id), 
	CONSTRAINT fk_store_acts_workspace_id_subscription_id FOREIGN KEY(workspace_id, subscription_id) REFERENCES subscriptions (workspace_id, id)
)
-- ;
CREATE INDEX ix_store_acts_open ON store_acts (workspace_id, state, id) WHERE state IN ('waiting', 'committed', 'unknown')
-- ;
CREATE INDEX ix_store_acts_order ON store_acts (workspace_id, order_id, id DESC)
-- ;
CREATE UNIQUE INDEX uq_store_acts_key ON store_acts (workspace_id, key) WHERE key IS NOT NULL
-- ;
CREATE TABLE variants (
	workspace_id UUID NOT NULL, 
	id UUID NOT NULL, 
	store_id UUID NOT NULL, 
	product_id UUID NOT NULL, 
	external_id TEXT NOT NULL, 
	position SMALLINT NOT NULL, 
	title TEXT NOT NULL, 
	sku TEXT DEFAULT '' NOT NULL, 
	price BIGINT NOT NULL, 
	compare_at BIGINT, 
	stock INTEGER, 
	available BOOLEAN DEFAULT true NOT NULL, 
	options JSONB DEFAULT '{}' NOT NULL, 
	image_url TEXT DEFAULT '' NOT NULL, 
	deleted_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_variants PRIMARY KEY (workspace_id, id), 
	CONSTRAINT fk_variants_workspace_id_product_id FOREIGN KEY(workspace_id, product_id) REFERENCES products (workspace_id, id), 
	CONSTRAINT uq_variants_workspace_id_store_id_external_id UNIQUE (workspace_id, store_id, external_id)
)
-- ;
CREATE INDEX ix_variants_product ON variants (workspace_id, product_id, position)
-- ;
CREATE INDEX ix_variants_sku ON variants (workspace_id, sku)
-- ;
CREATE TABLE window_changes (
	workspace_id UUID NOT NULL, 
	order_id UUID NOT NULL, 
	days SMALLINT NOT NULL, 
	reason TEXT DEFAULT '' NOT NULL, 
	by_kind TEXT NOT NULL, 
	by_id UUID, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_window_changes PRIMARY KEY (workspace_id, order_id), 
	CONSTRAINT fk_window_changes_workspace_id_order_id FOREIGN KEY(workspace_id, order_id) REFERENCES orders (workspace_id, id)
)
-- ;
CREATE TABLE act_steps (
	workspace_id UUID NOT NULL, 
	act_id UUID NOT NULL, 
	position SMALLINT NOT NULL, 
	name TEXT NOT NULL, 
	connection_id UUID NOT NULL, 
	args JSONB DEFAULT '{}' NOT NULL, 
	undo JSONB, 
	again BOOLEAN DEFAULT false NOT NULL, 
	key TEXT NOT NULL, 
	state TEXT DEFAULT 'pending' NOT NULL, 
	error TEXT DEFAULT '' NOT NULL, 
	effect JSONB DEFAULT '{}' NOT NULL, 
	attempts SMALLINT DEFAULT '0' NOT NULL, 
	sent_at TIMESTAMP WITH TIME ZONE, 
	finished_at TIMESTAMP WITH TIME ZONE, 
	CONSTRAINT pk_act_steps PRIMARY KEY (workspace_id, act_id, position), 
	CONSTRAINT fk_act_steps_workspace_id_act_id FOREIGN KEY(workspace_id, act_id) REFERENCES store_acts (workspace_id, id)
)
-- ;
CREATE TABLE ledger_entries (
	workspace_id UUID NOT NULL, 
	act_id UUID NOT NULL, 
	position SMALLINT NOT NULL, 
	store_id UUID NOT NULL, 
	order_id UUID, 
	kind TEXT NOT NULL, 
	amount BIGINT NOT NULL, 
	currency TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	CONSTRAINT pk_ledger_entries PRIMARY KEY (workspace_id, act_id, position), 
	CONSTRAINT fk_ledger_entries_workspace_id_act_id FOREIGN KEY(workspace_id, act_id) REFERENCES store_acts (workspace_id, id)
)
-- ;
CREATE INDEX ix_ledger_entries_at ON ledger_entries (workspace_id, at)
-- ;
CREATE INDEX ix_ledger_entries_order ON ledger_entries (workspace_id, order_id)
-- ;
CREATE TABLE return_lines (
	workspace_id UUID NOT NULL, 
	return_id UUID NOT NULL, 
	position SMALLINT NOT NULL, 
	line TEXT NOT NULL, 
	quantity INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	reason_note TEXT DEFAULT '' NOT NULL, 
	resolution TEXT DEFAULT 'refund' NOT NULL, 
	exchange_variant TEXT, 
	title TEXT DEFAULT '' NOT NULL, 
	exchange_title TEXT DEFAULT '' NOT NULL, 
	amount BIGINT DEFAULT '0' NOT NULL, 
	file_ids UUID[] DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_return_lines PRIMARY KEY (workspace_id, return_id, position), 
	CONSTRAINT fk_return_lines_workspace_id_return_id FOREIGN KEY(workspace_id, return_id) REFERENCES returns (workspace_id, id) ON DELETE CASCADE
)
-- ;
CREATE TABLE tracking_events (
	workspace_id UUID NOT NULL, 
	shipment_id UUID NOT NULL, 
	at TIMESTAMP WITH TIME ZONE NOT NULL, 
	status TEXT NOT NULL, 
	code TEXT DEFAULT '' NOT NULL, 
	text TEXT DEFAULT '' NOT NULL, 
	place TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_tracking_events PRIMARY KEY (workspace_id, shipment_id, at, code, status), 
	CONSTRAINT fk_tracking_events_workspace_id_shipment_id FOREIGN KEY(workspace_id, shipment_id) REFERENCES shipments (workspace_id, id) ON DELETE CASCADE
)
-- ;
ALTER TABLE act_limits ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE act_limits FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON act_limits
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE connections ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE connections FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON connections
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE demo_records ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE demo_records FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON demo_records
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE store_deliveries ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE store_deliveries FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON store_deliveries
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE stores ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE stores FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON stores
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE discounts ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE discounts FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON discounts
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE orders ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE orders FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON orders
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE policies ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE policies FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON policies
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE portal_sessions ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE portal_sessions FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON portal_sessions
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE products ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE products FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON products
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE store_customers ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE store_customers FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON store_customers
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE subscriptions ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE subscriptions FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON subscriptions
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE sync_runs ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE sync_runs FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON sync_runs
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE fulfilments ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE fulfilments FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON fulfilments
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE order_lines ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE order_lines FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON order_lines
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE refunds ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE refunds FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON refunds
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE returns ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE returns FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON returns
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE shipments ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE shipments FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON shipments
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE store_acts ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE store_acts FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON store_acts
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE variants ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE variants FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON variants
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE window_changes ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE window_changes FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON window_changes
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE act_steps ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE act_steps FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON act_steps
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE ledger_entries ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE ledger_entries FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON ledger_entries
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE return_lines ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE return_lines FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON return_lines
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
-- ;
ALTER TABLE tracking_events ENABLE ROW LEVEL SECURITY
-- ;
ALTER TABLE tracking_events FORCE ROW LEVEL SECURITY
-- ;
CREATE POLICY scope ON tracking_events
    USING ((SELECT current_setting('parley.workspace', true) = 'all') OR workspace_id = (SELECT nullif(nullif(current_setting('parley.workspace', true), ''), 'all')::uuid))
