"""Lines that were broken to fit a width: joined by a space, and by nothing where the script has none."""

from __future__ import annotations

from askdocs.ingest.cleaning.unwrap import page_blocks, text_blocks

CHINESE = (
    "青石造船周二表示，已卖出手中河湾航运的",
    "股份，这笔交易的总价为二亿元人民币，买",
    "方是一家地方基金。董事长说，要把钱用在",
    "新船坞上，明年春天动工。",
)


def test_chinese_lines_are_joined_by_nothing() -> None:
    assert text_blocks("\n".join(CHINESE)) == ["".join(CHINESE)]
    assert page_blocks("\n".join(CHINESE)) == ["".join(CHINESE)]


def test_short_lines_of_one_length_stay() -> None:
    verses = "春眠不觉晓\n处处闻啼鸟\n夜来风雨声\n花落知多少"
    assert text_blocks(verses) == [verses]


def test_korean_and_arabic_lines_are_joined_by_a_space() -> None:
    assert page_blocks("알리바바는 주식을\n팔았다고 말했다.") == ["알리바바는 주식을 팔았다고 말했다."]
    assert page_blocks("باعت الشركة ثلاثين مليون\nسهم من أسهمها في المرسى.") == [
        "باعت الشركة ثلاثين مليون سهم من أسهمها في المرسى."
    ]
