"""All tables of the installation, gathered for migrations and for tests that walk the schema."""

import parley.accounts.direct.tables
import parley.accounts.tables
import parley.app.demo.office_tables
import parley.app.demo.tables
import parley.assistant.tables
import parley.automation.tables
import parley.channels.tables
import parley.commerce.acting.tables
import parley.commerce.policies.tables
import parley.commerce.returns.tables
import parley.commerce.tables
import parley.conversations.merge_tables
import parley.conversations.tables
import parley.customers.tables
import parley.kit.tables
import parley.outreach.tables
import parley.rehearsal.tables  # noqa: F401 - imported for their effect on the metadata
from parley.kit.schema import metadata

TABLES = metadata
TENANT_TABLES = [table for table in metadata.sorted_tables if table.info.get("tenant")]
