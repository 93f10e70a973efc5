"""Tables of HTML pages: every cell in its place, in the main content, and nothing that only sets out the page."""

from __future__ import annotations

import pytest

from askdocs.core.tables import TABLE_MARK, Grid, Merge, table_mark
from askdocs.ingest.cleaning.html import Content, html_blocks, page_content

STORY = (
    "<p>The harbour company sold its last ferry on Friday for three million crowns, a spokesman said in the town.</p>"
)
AFTER = "<p>The buyer runs eleven other ferries and plans to paint this one yellow by June, the company said.</p>"


def grid(html: str) -> Grid:
    content = html_blocks(html)
    [only] = content.grids
    assert content.blocks.count(table_mark(0)) == 1
    return only


def page(body: str, head: str = "") -> Content:
    return page_content(f"<!doctype html><html><head><title>Ferries</title>{head}</head><body>{body}</body></html>")


def rows(found: Grid) -> list[str]:
    return ["|".join(row) for row in found.rows]


def test_spans_headers_and_groups() -> None:
    found = grid("""<table><caption>Figures in £m</caption>
        <thead><tr><th rowspan="2">Segment</th><th colspan="2">2024</th><th colspan="2">2023</th></tr>
        <tr><th>H1</th><th>H2</th><th>H1</th><th>H2</th></tr></thead>
        <tbody><tr><th colspan="5">Services</th></tr>
        <tr><td>Cloud</td><td>220.1</td><td>235.8</td><td>190.0</td><td>211.2</td></tr></tbody>
        <tfoot><tr><td>Total</td><td>220.1</td><td>235.8</td><td>190.0</td><td>211.2</td></tr>
        <tr><td colspan="5">* Restated for the sale of a unit.</td></tr></tfoot></table>""")
    assert rows(found) == [
        "Segment|2024||2023|",
        "|H1|H2|H1|H2",
        "Services||||",
        "Cloud|220.1|235.8|190.0|211.2",
        "Total|220.1|235.8|190.0|211.2",
    ]
    assert (found.header_rows, found.caption) == (2, "Figures in £m")
    assert found.notes == ("* Restated for the sale of a unit.",)
    assert found.merges == (
        Merge(row=0, column=0, rows=2),
        Merge(row=0, column=1, columns=2),
        Merge(row=0, column=3, columns=2),
        Merge(row=2, column=0, columns=5),
    )


def test_a_unit_row_below_the_heads_and_rows_that_span() -> None:
    found = grid(
        "<table><tr><th></th><th>2024</th><th>2023</th></tr><tr><td></td><td>£m</td><td>£m</td></tr>"
        "<tr><td rowspan=2>Asia</td><td>5</td><td>6</td></tr><tr><td>7</td><td>8</td></tr></table>"
    )
    assert rows(found) == ["|2024|2023", "|£m|£m", "Asia|5|6", "|7|8"]
    assert found.header_rows == 2


def test_titles_and_units_across_the_top_are_caption_and_note() -> None:
    found = grid(
        "<table><tr><td colspan=3>Income statement</td></tr><tr><td colspan=3>(in thousands of euros)</td></tr>"
        "<tr><td></td><td>2024</td><td>2023</td></tr><tr><td>Sales</td><td>5</td><td>6</td></tr></table>"
    )
    assert (found.caption, found.notes) == ("Income statement", ("(in thousands of euros)",))
    assert rows(found) == ["|2024|2023", "Sales|5|6"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("455.9<sup>1</sup>", "455.9"),
        ("455.9¹", "455.9"),
        ('Revenue<sup><a href="#n2">[2]</a></sup>', "Revenue"),
        ("12<sup>(a)</sup>", "12"),
        ("Area, km<sup>2</sup>", "Area, km²"),
        ("3 × 10<sup>6</sup>", "3 × 10⁶"),
        ("the 1<sup>st</sup> ship", "the 1st ship"),
        ("CO<sub>2</sub>", "CO2"),
        ("North<br>Sea", "North Sea"),
        ("<p>North</p><p>Sea</p>", "North Sea"),
        ("4<span style='display: none'>99</span>5", "45"),
        ("2&nbsp;311.7", "2 311.7"),
        ("5 &lt; 6", "5 < 6"),
    ],
)
def test_cells_hold_what_is_shown(cell: str, text: str) -> None:
    found = grid(f"<table><tr><th>Port</th><th>Ships</th></tr><tr><td>Varde</td><td>{cell}</td></tr></table>")
    assert found.rows[1] == ("Varde", text)


def test_indents_say_what_belongs_to_what() -> None:
    found = grid(
        "<table><tr><td></td><td>2024</td></tr><tr><td>Revenue</td><td>9</td></tr>"
        '<tr><td style="padding-left: 12px">Cloud</td><td>5</td></tr><tr><td>&nbsp;&nbsp;&nbsp;Retail</td><td>4</td>'
        '<tr><td><span style="margin-left:2em">Shops</span></td><td>3</td></tr>'
        "<tr><td>Costs</td><td>2</td></tr></table>"
    )
    assert found.indents == (0, 0, 1, 1, 2, 0)


def test_rows_marked_as_labels_and_hidden_rows() -> None:
    found = grid(
        "<table><tr><td></td><th>Alder</th><th>Birch</th></tr><tr><th>Built</th><td>1961</td><td>1974</td></tr>"
        "<tr hidden><th>Secret</th><td>1</td><td>2</td></tr><tr style='display:none'><td>x</td><td>1</td></tr>"
        "<tr><th>Speed</th><td>14 kn</td><td>16 kn</td></tr></table>"
    )
    assert rows(found) == ["|Alder|Birch", "Built|1961|1974", "Speed|14 kn|16 kn"]
    assert (found.header_rows, found.label_columns) == (1, 1)


def test_an_infobox_has_labels_and_no_header() -> None:
    found = grid(
        "<table><tr><th colspan=2>Marta</th></tr><tr><th>Built</th><td>1961</td></tr>"
        "<tr><th>Owner</th><td>Harrow</td></tr></table>"
    )
    assert (found.caption, rows(found)) == ("Marta", ["Built|1961", "Owner|Harrow"])
    assert (found.header_rows, found.label_columns) == (0, 1)


def test_tables_that_set_out_a_page_are_read_as_text() -> None:
    inner = "<table><tr><th>Ship</th><th>Built</th></tr><tr><td>Marta</td><td>1961</td></tr></table>"
    layout = f"<table><tr><td><h2>Ferries</h2><p>They were sold.</p></td><td>{inner}</td></tr></table>"
    content = html_blocks(layout)
    assert content.blocks == ["## Ferries", "They were sold.", table_mark(0)]
    assert rows(content.grids[0]) == ["Ship|Built", "Marta|1961"]
    for other in (
        '<table role="presentation"><tr><td>They went.</td><td>Yes.</td></tr><tr><td>a</td><td>b</td></tr></table>',
        f"<table><tr><td>Left</td><td>{'They were sold again. ' * 40}</td></tr><tr><td>a</td><td>b</td></tr></table>",
        "<table><tr><td>They were sold.</td></tr><tr><td>Twice.</td></tr></table>",
    ):
        assert html_blocks(other).grids == ()
    assert html_blocks(layout.replace("They were sold.", "")).grids == content.grids


def test_a_table_inside_a_cell_of_data_follows_it() -> None:
    inner = "<table><tr><th>Deck</th><th>Cars</th></tr><tr><td>1</td><td>40</td></tr></table>"
    content = html_blocks(
        f"<table><tr><th>Ship</th><th>Cars</th></tr><tr><td>Marta</td><td>80 {inner}</td></tr>"
        "<tr><td>Ida</td><td>60</td></tr></table><p>The end.</p>"
    )
    assert content.blocks == [table_mark(0), table_mark(1), "The end."]
    assert rows(content.grids[0]) == ["Ship|Cars", "Marta|80", "Ida|60"]
    assert rows(content.grids[1]) == ["Deck|Cars", "1|40"]


def test_definitions_of_values_are_pairs_and_those_of_texts_are_not() -> None:
    found = grid("<dl><dt>Built:<dd>1961<dt>Ports<dd>Varde<dd>Esbjerg</dl>")
    assert rows(found) == ["Built|1961", "Ports|Varde; Esbjerg"]
    assert (found.header_rows, found.label_columns) == (0, 1)
    text = "A ship that carries cars and people over a short stretch of water, again and again, all of its life long."
    for terms in (f"<dt>Ferry<dd>{text}<dt>Pier<dd>{text}", "<dt>Published<dd>5 March 2024<dt>Author<dd>Ann Lee"):
        assert html_blocks(f"<dl>{terms}</dl>").grids == ()


def test_roles_make_tables_too() -> None:
    found = grid(
        '<div role="table"><div role="row"><span role="columnheader">Ship</span><span role="columnheader">Built</span>'
        '</div><div role="row"><span role="cell">Marta</span><span role="cell">1961</span></div></div>'
    )
    assert rows(found) == ["Ship|Built", "Marta|1961"]
    assert found.header_rows == 1


TABLE = (
    "<table><tr><th>Ship</th><th>Built</th></tr><tr><td>Marta</td><td>1961</td></tr>"
    "<tr><td>Ida</td><td>1974</td></tr></table>"
)


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "<figure>{}<figcaption>Ships of the harbour</figcaption></figure>",
        "<div class='table-responsive'>{}</div>",
        "<div class='wp-block-table'><div>{}</div></div>",
        "<form>{}</form>",
        "<details><summary>Ships</summary>{}</details>",
        "<center>{}</center>",
        "<blockquote>{}</blockquote>",
    ],
)
def test_a_table_of_the_main_content_is_kept_in_its_place(around: str) -> None:
    content = page(
        f"<nav><a href='/'>Home</a></nav><article><h1>Ferries</h1>{STORY}{around.format(TABLE)}{AFTER}</article>"
    )
    assert rows(content.grids[0])[1] == "Marta|1961"
    place = content.blocks.index(table_mark(0))
    assert any("sold its last ferry" in block for block in content.blocks[:place])
    assert any("paint this one yellow" in block for block in content.blocks[place:])
    assert content.grids[0].caption == ("Ships of the harbour" if "figcaption" in around else "")
    assert not any("paragraph stands here" in block or "Home" in block for block in content.blocks)


@pytest.mark.parametrize(
    "around", ["<aside>{}</aside>", "<nav>{}</nav>", "<footer>{}</footer>", "<div class='sidebar'>{}</div>"]
)
def test_a_table_beside_the_content_is_dropped_with_it(around: str) -> None:
    content = page(f"<main><article><h1>Ferries</h1>{STORY}{AFTER}{STORY}</article></main>{around.format(TABLE)}")
    assert not any(TABLE_MARK.fullmatch(block) for block in content.blocks)


def test_a_page_that_is_one_table_is_that_table() -> None:
    content = page(f"<h1>Ships</h1>{TABLE}")
    assert content.blocks[-1] == table_mark(0)
    assert rows(content.grids[0]) == ["Ship|Built", "Marta|1961", "Ida|1974"]


def test_a_large_table_is_read_whole() -> None:
    body = "".join(f"<tr><td>Ship {n}</td><td>{n}</td><td>{n}.5</td></tr>" for n in range(20_000))
    content = page(
        f"<article>{STORY}<table><tr><th>Ship</th><th>No</th><th>Length</th></tr>{body}</table>{AFTER}</article>"
    )
    assert len(content.grids[0].rows) == 20_001
    assert any("sold its last ferry" in block for block in content.blocks)


def test_spans_that_cover_the_world_are_not_believed() -> None:
    cells = '<td colspan="1000" rowspan="65534">1</td>' * 50
    found = grid(f"<table>{'<tr>' + cells + '</tr>'}{'<tr><td>a</td><td>2</td></tr>' * 1000}</table>")
    assert found.rows[0][:2] == ("1", "1")
    assert len(found.rows[0]) == 50


def test_words_of_a_page_cannot_stand_for_a_table() -> None:
    content = html_blocks(f"<p>\x00table 0</p><p>{table_mark(0)}</p>")
    assert not any(TABLE_MARK.fullmatch(block) for block in content.blocks)


def test_a_table_of_links_is_no_data() -> None:
    row = (
        "<tr><th>Ports</th><td><a href='/v'>Varde</a> <a href='/r'>Ribe</a> <a href='/e'>Esbjerg harbour</a></td></tr>"
    )
    assert html_blocks(f"<table>{row * 3}</table>").grids == ()
    assert len(html_blocks(f"<table>{row * 3}<tr><th>Founded</th><td>1961</td></tr></table>").grids) == 1


def test_tables_drawn_in_preformatted_text() -> None:
    drawn = (
        "Ports in 2024:\n\nPort      Tonnes    Ships\nVarde      1,250       12\n"
        "<b>Ribe</b>         (90)        3\n\nAll rose."
    )
    content = html_blocks(f"<p>The ports:</p><pre>{drawn}</pre><p>The end.</p>")
    assert content.blocks == ["The ports:", "Ports in 2024:", table_mark(0), "All rose.", "The end."]
    assert rows(content.grids[0]) == ["Port|Tonnes|Ships", "Varde|1,250|12", "Ribe|(90)|3"]
    code = "class Ship:\n    name: str\n    tonnes: int = 0\n    crew: int = 12\n"
    assert html_blocks(f"<pre><code>{code}</code></pre>").grids == ()
