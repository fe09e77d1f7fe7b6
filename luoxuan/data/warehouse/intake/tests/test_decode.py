"""Encodings: each class of the corpus that concerns bytes (92 to 97, 100, 13, 82, 84)."""

import pytest

from luoxuan.data.warehouse.intake.decode import decode
from luoxuan.data.warehouse.intake.findings import FileRefused

TEXT = "学号,姓名\n0202100001,张三丰\n0202100002,欧阳娜娜\n"
# Four-byte GB18030 characters, a GBK extension, a middle dot of minority names.
RARE = "姓名,备注\n𠮷野家,王㛃\n买买提·艾力,朱镕基\n李𬸚,赵喆堃\n"


@pytest.mark.parametrize("text", [TEXT, RARE])
@pytest.mark.parametrize(
    ("encoded", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
    ],
)
def test_a_text_is_the_same_bytes_in_every_accepted_encoding(text, encoded, named):
    decoded = decode(text.encode(encoded))
    assert decoded.data == text.encode()
    assert decoded.encoding == named


def test_utf16_of_the_other_byte_order_is_read():
    assert decode(b"\xfe\xff" + TEXT.encode("utf-16-be")).data == TEXT.encode()


def test_an_encoding_that_is_not_utf8_is_said_in_a_note():
    (note,) = decode(TEXT.encode("gb18030")).notes
    assert (note.code, note.facts) == ("encoding", {"encoding": "gb18030"})
    assert decode(TEXT.encode()).notes == ()


def test_an_explicit_encoding_wins():
    latin = "nome,città\nJosé,Forlì\n"
    assert decode(latin.encode("latin-1"), encoding="latin-1").data == latin.encode()
    assert decode(TEXT.encode("utf-16-le"), encoding="utf-16-le").data == TEXT.encode()
    assert decode(RARE.encode("gb18030"), encoding="gbk").data == RARE.encode()


def refusal(data, **options):
    with pytest.raises(FileRefused) as caught:
        decode(data, **options)
    return caught.value.code, caught.value.facts


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b" \r\n\n", "empty_file"),
        (b"a,b\n1,\x002\n", "nul_byte"),
        (TEXT.encode("utf-16-le"), "utf16_without_bom"),
        (TEXT.encode("utf-16-be"), "utf16_without_bom"),
        (b"PK\x03\x04rest", "other_format"),
        (b"\xd0\xcf\x11\xe0rest", "other_format"),
        (b"<HTML><table>", "other_format"),
        (b"\xff\xfea\x00b", "undecodable"),
        ("naïve,cafés\nJosés,Muñoz\n".encode("latin-1"), "unknown_encoding"),
        ("編號,姓名\n1,張三豐\n2,歐陽娜娜\n".encode("big5"), "unknown_encoding"),
        (b"a,b\n1,\xff\xff\n", "undecodable"),
    ],
)
def test_bytes_that_are_no_text_are_refused(data, code):
    assert refusal(data)[0] == code


def test_an_unknown_name_of_an_encoding_is_refused():
    assert refusal(b"a\n1\n", encoding="klingon")[0] == "unknown_encoding_name"
    assert refusal(b"a\n1\n", encoding="base64")[0] == "unknown_encoding_name"


def test_utf8_read_explicitly_as_utf8_names_the_broken_line():
    code, facts = refusal(b"a\n1\n\xc5\n", encoding="utf-8")
    assert (code, facts["line"], facts["offset"]) == ("undecodable", 3, 4)


def test_a_few_broken_bytes_in_utf8_are_not_read_as_gb18030():
    broken = TEXT.encode().replace("娜".encode(), b"\xe5\xa8", 1)
    code, facts = refusal(broken)
    assert (code, facts["line"]) == ("damaged_utf8", 3)
    assert broken[facts["offset"] :].startswith(b"\xe5\xa8\xe5")


def test_a_gbk_line_in_a_utf8_file_is_refused_with_its_line():
    data = TEXT.encode() + "0202100003,诸葛亮\n".encode("gb18030")
    code, facts = refusal(data)
    assert (code, facts["line"]) == ("damaged_utf8", 4)


def test_a_utf8_line_in_a_gbk_file_is_refused_with_its_line():
    data = (TEXT * 3).encode("gb18030") + "0202100003,诸葛亮\n".encode()
    code, facts = refusal(data)
    assert (code, facts["line"], facts["other_line"]) == ("mixed_encodings", 10, 1)


def test_a_utf8_cell_in_a_gbk_line_is_refused():
    line = "张三".encode("gb18030") + b"," + "李四光".encode() + b"," + "王五".encode("gb18030")
    code, facts = refusal((TEXT * 3).encode("gb18030") + line)
    assert (code, facts["line"]) == ("mixed_encodings", 10)


def test_every_common_character_alone_in_a_gbk_file_is_no_false_alarm():
    # All of GB 2312: each character in a cell of its own, then all in words of three.
    characters = [
        bytes((high, low)).decode("gb2312", "ignore")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
    ]
    known = [character for character in characters if character]
    words = ["".join(known[start : start + 3]) for start in range(0, len(known), 3)]
    text = "字\n" + "\n".join(known + words) + "\n"
    assert decode(text.encode("gb18030")).data == text.encode()
