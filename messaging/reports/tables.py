"""What can be taken along as a file."""

from messaging.reports.table import Table
from messaging.reports.tables_days import DAYS
from messaging.reports.tables_people import CONTACTS, OPTOUTS, TRAIL
from messaging.reports.tables_sms import MESSAGES, RECIPIENTS

TABLES: dict[str, Table] = {
    "messages": MESSAGES,
    "recipients": RECIPIENTS,
    "contacts": CONTACTS,
    "optouts": OPTOUTS,
    "trail": TRAIL,
    "days": DAYS,
}
