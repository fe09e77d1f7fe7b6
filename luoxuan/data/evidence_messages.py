"""The words of the refusals of evidence「佐证材料提示语」."""

from django.utils.translation import gettext_noop

TEXTS: dict[str, str] = {
    "evidence_empty": gettext_noop("这个文件是空的。"),
    "evidence_too_large": gettext_noop("文件超过 %(megabytes)s MB，请压缩或拆分后再交。"),
    "evidence_unknown_kind": gettext_noop(
        "只接收 PDF、PNG、JPEG 图片、DOCX、XLSX、CSV 和纯文本；网页、SVG、压缩包和程序不收。"
    ),
    "evidence_ending_differs": gettext_noop("文件内容与扩展名“%(ending)s”不符，没有接收。"),
    "evidence_damaged": gettext_noop("文件已损坏或不完整，没有接收。"),
    "evidence_polyglot": gettext_noop("文件里夹带了另一个文件，没有接收。"),
    "evidence_pixel_flood": gettext_noop("图片声称有 %(width)s×%(height)s 像素，过大，没有接收。"),
    "evidence_bomb": gettext_noop("文件解压后过大，没有接收。"),
    "evidence_macros": gettext_noop("文件带有宏或程序，请另存为不带宏的文件再交。"),
    "evidence_remote_part": gettext_noop("文件引用了外部的模板或图片，请断开引用后再交。"),
    "evidence_old_or_locked": gettext_noop("文件设有密码或是旧版格式，请另存为新格式再交。"),
    "evidence_title_missing": gettext_noop("请写明佐证材料的名称。"),
    "evidence_already_withdrawn": gettext_noop("这份佐证材料已经撤回。"),
    "evidence_reason_missing": gettext_noop("请写明撤回的理由。"),
    "evidence_not_yours": gettext_noop("只有提交人和质量办可以撤回这份材料。"),
}
