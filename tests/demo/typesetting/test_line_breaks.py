from demo.typesetting import line_breaks


def test_lines_never_leave_an_article_alone_nor_a_number() -> None:
    assert line_breaks.phrases("THE HOUSE AT THE END", 4) == ["THE HOUSE", "AT THE END"]
    assert line_breaks.broken("Mostly Roses 2", 2) == ["Mostly", "Roses 2"]
