"""Tables of the campus."""

from luoxuan.campus.models.access_token import AccessToken
from luoxuan.campus.models.grant import Grant
from luoxuan.campus.models.membership import Membership
from luoxuan.campus.models.period import Period
from luoxuan.campus.models.person import Person
from luoxuan.campus.models.push_receipt import PushReceipt
from luoxuan.campus.models.subject import Subject
from luoxuan.campus.models.unit import Unit
from luoxuan.campus.models.unit_change import UnitChange

__all__ = [
    "AccessToken",
    "Grant",
    "Membership",
    "Period",
    "Person",
    "PushReceipt",
    "Subject",
    "Unit",
    "UnitChange",
]
