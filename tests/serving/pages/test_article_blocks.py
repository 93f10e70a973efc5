"""An article as blocks: what is shown is its text, each character once, with the marks where they belong."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from askdocs.core.articles import Article, RawArticle
from askdocs.core.tables import Grid, Merge, Table
from askdocs.ingest.cleaning.pipeline import clean
from askdocs.serving.pages.article.blocks import (
    Block,
    Heading,
    Items,
    PageStart,
    Paragraph,
    article_blocks,
    block_pieces,
    first_marked,
)
from askdocs.serving.pages.article.marks import Mark
from askdocs.serving.pages.article.table_rows import TableBlock
from askdocs.serving.pages.article.window import WHOLE, Window, shown_window
from askdocs.tables.layout import lay_out

LAYOUT = set(" \t\n#-*•▪–|")


def article(text: str, tables: tuple[Table, ...] = (), pages: tuple[int, ...] = (), title: str = "") -> Article:
    return Article(id="a1", source="a.txt", title=title, text=text, tables=tables, pages=pages)


def whole(one: Article, *marks: Mark) -> list[Block]:
    return article_blocks(one, marks, shown_window(one.text))


def shown(block: Block) -> str:
    return "".join(piece.text for piece in block_pieces([block]))


def place(one: Article, words: str, kind: str) -> Mark:
    start = one.text.index(words)
    return Mark(start, start + len(words), kind)  # type: ignore[arg-type]


def marked(blocks: list[Block], kind: str) -> str:
    return "".join(piece.text for piece in block_pieces(blocks) if piece.kind == kind)


def test_headings_lists_and_paragraphs_are_told_apart() -> None:
    body = "# Results\n\nSales rose.\nThey fell later.\n\n- Cloud\n- Retail\n\n1. First\n2. Second"
    kinds = [(type(block).__name__, shown(block)) for block in whole(article(body))]
    assert kinds == [
        ("Heading", "Results"),
        ("Paragraph", "Sales rose.\nThey fell later."),
        ("Items", "CloudRetail"),
        ("Items", "1. First2. Second"),
    ]


def test_a_list_behind_its_own_sentence_is_a_list() -> None:
    blocks = whole(article("It has three parts:\n- a motor\n- a wheel\nand no more."))
    assert [type(block) for block in blocks] == [Paragraph, Items, Paragraph]
    assert isinstance(blocks[1], Items)
    assert len(blocks[1].items) == 2


def test_headings_go_down_one_level_at_a_time() -> None:
    blocks = whole(article("# One\n\na.\n\n#### Four\n\nb.\n\n## Two\n\nc.", title="T"))
    assert [block.level for block in blocks if isinstance(block, Heading)] == [2, 3, 3]


def test_a_quote_over_several_blocks_is_marked_in_each_and_begins_once() -> None:
    one = article("Sales rose in May. They fell\n\n- in June\n- in July")
    start = one.text.index("They")
    blocks = whole(one, Mark(start, len(one.text), "quote"), place(one, "June", "answer"))
    assert marked(blocks, "quote") == "They fellin in July"
    assert marked(blocks, "answer") == "June"
    first = first_marked(blocks)
    assert first is not None
    assert first.start == start


def test_a_mark_that_begins_in_the_space_between_blocks_has_a_beginning() -> None:
    one = article("Sales rose.\n\n# Costs\n\nThey fell.")
    first = first_marked(whole(one, Mark(11, len(one.text), "quote")))
    assert first is not None
    assert first.text == "Costs"


def test_the_cited_cell_and_its_labels_are_marked() -> None:
    grid = Grid(
        rows=(("£m", "2023", "2024"), ("Europe", "", ""), ("Germany", "12.5", "13.1"), ("Spain", "7.0", "7.4")),
        caption="Sales by country",
    )
    laid = lay_out(grid)
    assert laid is not None
    text, table = laid
    one = article(text, (table,))
    blocks = whole(one, place(one, "Germany | 12.5 | 13.1", "quote"), place(one, "13.1", "answer"))
    caption, rows = blocks
    assert isinstance(caption, Paragraph)
    assert (caption.role, shown(caption)) == ("caption", "Sales by country")
    assert isinstance(rows, TableBlock)
    assert rows.label == "Sales by country"
    cells = {"".join(piece.text for piece in cell.pieces): cell for row in (*rows.header, *rows.body) for cell in row}
    assert {words: cell.mark for words, cell in cells.items() if cell.mark} == {
        "2024": "label",
        "Europe": "label",
        "Germany": "label",
        "13.1": "cell",
    }
    assert {words for words, cell in cells.items() if cell.scope == "row"} == {"Europe", "Germany", "Spain"}
    assert (cells["Germany"].depth, cells["Europe"].depth) == (1, 0)
    assert cells["7.4"].is_figure


def test_merged_cells_cover_their_places_but_never_words() -> None:
    text = "Year |  | 2024\nCloud | Europe | 5\n | Asia | 6"
    merges = (Merge(row=0, column=0, columns=2), Merge(row=1, column=0, rows=2), Merge(row=1, column=1, rows=2))
    blocks = whole(article(text, (Table(start=0, end=len(text), header_rows=1, label_columns=2, merges=merges),)))
    assert isinstance(blocks[0], TableBlock)
    head, (first, second) = blocks[0].header[0], blocks[0].body
    assert [(cell.rows, cell.columns) for cell in head] == [(1, 2), (1, 1)]
    assert [(cell.rows, cell.columns) for cell in first] == [(2, 1), (1, 1), (1, 1)]  # "Asia" is not covered
    assert len(second) == 2


def test_pages_begin_between_blocks_or_within_a_sentence() -> None:
    raw = RawArticle(
        source="a.pdf",
        body="",
        format="pages",
        pages=(
            "The first page has a sentence that goes on",
            "over its end, and stops there.\n\nMore follows.",
            "Last.",
        ),
        content_hash="",
    )
    blocks = whole(clean(raw))
    assert [block.number for block in blocks if isinstance(block, PageStart)] == [1, 3]
    inside = [piece for piece in block_pieces(blocks) if piece.page]
    assert [(piece.page, piece.text) for piece in inside] == [(2, "")]
    sentence = next(block for block in blocks if isinstance(block, Paragraph))
    assert [piece.page for piece in sentence.pieces] == [0, 2, 0]


def test_a_long_article_is_shown_around_its_mark() -> None:
    paragraphs = [f"Paragraph {number} says that sales rose by {number} units.\n\n" for number in range(30_000)]
    one = article("".join(paragraphs).strip())
    mark = place(one, "rose by 20000 units", "answer")
    window = shown_window(one.text, mark.start)
    blocks = article_blocks(one, [mark], window)
    text = sum(len(piece.text) for piece in block_pieces(blocks))
    assert len(one.text) > 1_000_000
    assert 50_000 < text < 70_000
    assert marked(blocks, "answer") == "rose by 20000 units"
    assert all(shown(block).endswith("units.") for block in blocks)


def test_the_header_of_a_long_table_is_shown_above_later_rows() -> None:
    laid = lay_out(Grid(rows=(("Day", "Sales"), *((f"Day {number}", str(number * 7)) for number in range(20_000)))))
    assert laid is not None
    one = article(laid[0], (laid[1],))
    mark = place(one, "Day 15000 | 105000", "quote")
    (rows,) = article_blocks(one, [mark], shown_window(one.text, mark.start))
    assert isinstance(rows, TableBlock)
    assert rows.repeated
    assert "".join(piece.text for cell in rows.header[0] for piece in cell.pieces) == "DaySales"
    assert 2_000 < len(rows.body) < 6_000


TEXTS = st.text(st.sampled_from("ab1 .#-|\n•é茶"), max_size=120)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Any text, with tables, pages and merges that need not fit it."""
    text = draw(TEXTS)
    places = st.integers(0, len(text) + 3)
    tables = []
    for _ in range(draw(st.integers(0, 3))):
        merge = Merge(
            row=draw(st.integers(0, 3)), column=draw(st.integers(0, 3)), rows=draw(st.integers(1, 4)), columns=2
        )
        tables.append(
            Table(
                start=draw(places),
                end=draw(places),
                header_rows=draw(st.integers(0, 3)),
                label_columns=draw(st.integers(0, 2)),
                merges=(merge,),
                notes=((draw(places), draw(places)),),
            )
        )
    return article(text, tuple(tables), tuple(sorted(draw(st.lists(places, max_size=3)))), title=text[:5])


@settings(max_examples=300, deadline=None)
@given(articles(), st.lists(st.tuples(st.integers(-2, 125), st.integers(-2, 125)), max_size=3), st.integers(1, 60))
def test_every_character_is_shown_once_and_in_order(one: Article, spans: list[tuple[int, int]], size: int) -> None:
    marks = [Mark(start, end, "answer" if start % 2 else "quote") for start, end in spans]
    covered = 0
    for start in range(0, len(one.text), size):
        window = Window(start, min(start + size, len(one.text)), len(one.text))
        for piece in block_pieces(article_blocks(one, marks, window)):
            assert one.text[piece.start : piece.end] == piece.text
            assert piece.start >= covered
            assert set(one.text[covered : piece.start]) <= LAYOUT
            expected = any(
                mark.start < mark.end <= len(one.text) and 0 <= mark.start < piece.end and mark.end > piece.start
                for mark in marks
            )
            assert not piece.text or expected == (piece.kind in ("quote", "answer"))
            covered = piece.end
    assert set(one.text[covered:]) <= LAYOUT


@given(st.integers(0, 400_000), st.text(st.sampled_from("ab \n"), min_size=1, max_size=9))
@settings(max_examples=50, deadline=None)
def test_windows_are_bounded_and_lead_through_the_whole_text(mark: int, unit: str) -> None:
    text = unit * (WHOLE * 3 // len(unit))
    window = shown_window(text, min(mark, len(text)))
    assert 0 < window.end - window.start < 70_000
    assert window.start <= min(mark, len(text) - 1) < window.end
    ends = []
    begin: int | None = 0
    while begin is not None:
        window = shown_window(text, begin=begin)
        assert window.start == begin
        ends.append(window.end)
        begin = window.later
    assert ends[-1] == len(text)
    assert len(ends) < 9
