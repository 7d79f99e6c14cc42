"""Small things in small files (style, points 2, 4, 5, 6)."""

import statistics

from tests.structure import source


def test_no_file_is_longer_than_500_lines_and_most_are_short():
    sizes = {source.name(path): source.lines(path) for path in source.code() if source.lines(path) > 1}
    assert {name: size for name, size in sizes.items() if size > 500} == {}
    assert statistics.median(sizes.values()) <= 80
    assert source.percentile(list(sizes.values()), 90) <= 250


def test_functions_are_short():
    sizes = {
        f"{source.name(path)}:{function.name}": source.length(function)
        for path in source.code()
        for function in source.functions(path)
    }
    assert {name: size for name, size in sizes.items() if size > 60} == {}
    assert statistics.median(sizes.values()) <= 8
    assert source.percentile(list(sizes.values()), 90) <= 30


def test_handlers_of_doors_are_shorter_still():
    handlers = [
        source.length(function)
        for path in source.doors()
        for function in source.functions(path)
        if function.name in {"get", "post", "put", "patch", "delete", "send", "dispatch", "form_valid"}
    ]
    assert statistics.median(handlers) <= 12


def test_there_is_more_test_than_code():
    written = sum(source.lines(path) for path in source.tests())
    assert written >= 1.2 * sum(source.lines(path) for path in source.code())
