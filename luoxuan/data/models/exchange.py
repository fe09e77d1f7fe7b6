"""What superior platforms are given, and what was given to them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from luoxuan.core.models import VersionedDefinition
from luoxuan.data.exchange.rules import FROZEN_STATES, OPEN_STATES, BundleState

_SIGNED = list(FROZEN_STATES)


class ExchangePackage(VersionedDefinition):
    """What a receiver wants「交换包」: its tables, columns, codes, checks and layout, by version.

    ``definition`` holds tables, codes and checks as the configuration declares them. A ``notice``
    stands on everything that is made of it.
    """

    code = models.SlugField(max_length=63)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    receiver = models.CharField(max_length=200)
    notice = models.CharField(max_length=200, blank=True)
    notice_en = models.CharField(max_length=200, blank=True)
    period_kind = models.CharField(max_length=20)
    jump_share = models.CharField(max_length=20)
    definition = models.JSONField()
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("code", "-number")
        constraints = (
            models.UniqueConstraint(fields=["code", "number"], name="exchange_package_once"),
        )

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class ExchangeBundle(models.Model):
    """What is handed to a receiver for one period「上报数据包」: checked, signed by two, frozen.

    The bytes lie in the originals of the warehouse: ``content_sha256`` names rows, workbooks and
    definition as they were built, ``file_sha256`` the whole with explanations and signatures.
    ``about`` is its definition as it was then. A correction ``replaces`` an earlier one. An
    imported one is read only; ``sender`` says whose it is. ``counts`` are the rows of each
    table by its number. ``return_reason`` is what a leader said
    who did not sign, ``reject_reason`` what the receiver said who did not take it.
    """

    package = models.ForeignKey(
        ExchangePackage, null=True, on_delete=models.PROTECT, related_name="bundles"
    )
    code = models.SlugField(max_length=63)
    title = models.CharField(max_length=200)
    receiver = models.CharField(max_length=200)
    sender = models.CharField(max_length=200, blank=True)
    is_imported = models.BooleanField(default=False)
    period_code = models.CharField(max_length=50)
    period_name = models.CharField(max_length=100)
    edition = models.IntegerField()
    replaces = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    state = models.CharField(max_length=12, choices=[(state, state) for state in BundleState])
    about = models.JSONField()
    pinned = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64)
    n_rows = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    n_refused = models.IntegerField(default=0)
    n_warned = models.IntegerField(default=0)
    contrast = models.JSONField(default=list)
    contrasted_with = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+"
    )
    explanations = models.JSONField(default=dict)
    built_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    built_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    first_signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    first_signed_at = models.DateTimeField(null=True)
    second_signer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    second_signed_at = models.DateTimeField(null=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    n_bytes = models.BigIntegerField(default=0)
    return_reason = models.CharField(max_length=1000, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    returned_at = models.DateTimeField(null=True)
    handed_over_on = models.DateField(null=True)
    handed_over_way = models.CharField(max_length=200, blank=True)
    receipt_number = models.CharField(max_length=100, blank=True)
    receipt_on = models.DateField(null=True)
    receipt_file_name = models.CharField(max_length=200, blank=True)
    receipt_sha256 = models.CharField(max_length=64, blank=True)
    reject_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("-period_code", "code", "-edition")
        constraints = (
            models.UniqueConstraint(
                fields=["code", "period_code", "edition"],
                condition=Q(is_imported=False),
                name="exchange_bundle_edition_once",
            ),
            models.UniqueConstraint(
                fields=["file_sha256"],
                condition=Q(is_imported=True),
                name="exchange_bundle_imported_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(BundleState)), name="exchange_bundle_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*_SIGNED, BundleState.CHECKED, BundleState.SIGNED_ONCE])
                | Q(n_refused=0)
                | Q(is_imported=True),
                name="exchange_bundle_sound_from_check",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[BundleState.BUILT, BundleState.CHECKED])
                | Q(is_imported=True)
                | Q(first_signer__isnull=False, first_signed_at__isnull=False),
                name="exchange_bundle_first_signature",
            ),
            models.CheckConstraint(
                condition=Q(state__in=list(OPEN_STATES), file_sha256="")
                | Q(is_imported=True)
                | (
                    Q(state__in=_SIGNED, second_signed_at__isnull=False)
                    & Q(second_signer__isnull=False)
                    & ~Q(second_signer=F("first_signer"))
                    & ~Q(file_sha256="")
                ),
                name="exchange_bundle_signed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*_SIGNED[1:]])
                | Q(handed_over_on__isnull=False) & ~Q(handed_over_way=""),
                name="exchange_bundle_handed_over_how",
            ),
            models.CheckConstraint(
                condition=~Q(state=BundleState.RECEIPTED)
                | Q(receipt_on__isnull=False) & ~Q(receipt_number="") & ~Q(receipt_sha256=""),
                name="exchange_bundle_receipt_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=BundleState.REJECTED)
                | Q(receipt_on__isnull=False) & ~Q(reject_reason=""),
                name="exchange_bundle_rejected_why",
            ),
            models.CheckConstraint(
                condition=Q(return_reason="", returned_by=None, returned_at=None)
                | ~Q(return_reason="") & Q(returned_by__isnull=False, returned_at__isnull=False),
                name="exchange_bundle_returned_why",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.period_code} #{self.edition}"


class ExchangeComparison(models.Model):
    """What a receiver's table says otherwise than ours「平台核对」, row by row and cell by cell.

    ``differences`` are the first of them: [kind, key, column, ours, theirs].
    """

    bundle = models.ForeignKey(ExchangeBundle, on_delete=models.PROTECT, related_name="comparisons")
    table = models.CharField(max_length=20)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    n_same = models.IntegerField()
    n_ours = models.IntegerField()
    n_theirs = models.IntegerField()
    n_cells = models.IntegerField()
    n_unread = models.IntegerField(default=0)
    differences = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["bundle", "table", "sha256"], name="exchange_comparison_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.bundle} {self.table}"
