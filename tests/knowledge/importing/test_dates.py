"""Dates as people write them: one date is one key, and the newest is the newest."""

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.importing.dates import ERAS, LETTERS, last_day, read

DAYS = [
    "2024-04-01", "2024/4/1", "令和6年4月1日", "R6.4.1", "２０２４／４／１", "令和６年４月１日", "Ｒ６．４．１",
    "r6/4/1", "2024.4.1", "2024年04月01日", "20240401", "R060401", "㋿6年4月1日", "令6.4.1", "令和六年四月一日",
    "二〇二四年四月一日", "西暦2024年4月1日", "令和6年4月1日現在", "令和6年 4月 1日 時点", "2024年4月1日(月)",
    "令和6年（2024年）4月1日", "令和6(2024)年4月1日", "2024-04-01T00:00:00", "2024/4/1 9:30", "2024-04-01 00:00:00.000",
]  # fmt: skip
OTHERS = {
    "平成31年4月1日": "2019-04-01",
    "令和元年5月1日": "2019-05-01",
    "Ｈ３１．４．３０": "2019-04-30",
    "昭和元年12月25日": "1926-12-25",
    "令和5年度末": "2024-03-31",
    "令和6年2月末日現在": "2024-02-29",
    "2024年末": "2024-12-31",
    "令和五年十二月二十三日": "2023-12-23",
    "令和6年4月": "2024-04",
    "2024/04": "2024-04",
    "202404": "2024-04",
    "R6.4": "2024-04",
    "2024.10": "2024-10",
    "2024": "2024",
    "令和6年": "2024",
    "R6": "2024",
    "H元": "1989",
    "2024.0": "2024",
    "令和6年度": "2024年度",
    "２０２４年度": "2024年度",
    "令和元年度": "2019年度",
    "令和6年度（2024年度）": "2024年度",
    "FY2024": "2024年度",
}
NONE = [
    "", "45383", "24/4/1", "4/1/2024", "6.4.1", "2024-02-30", "令和6年13月", "令和", "年度", "去年", "2024-4/1",
    "2024.1", "令和6年(2023年)4月1日", "令和5年4月～令和6年3月", "2024-04-01T00:00:00Z", "99999999", "1E+05",
    "2024-04-01-02",
]  # fmt: skip


@pytest.mark.parametrize("said", DAYS)
def test_one_day_is_one_key_however_it_is_written(said):
    period = read(said)
    assert period is not None
    assert (period.key, period.last) == ("2024-04-01", date(2024, 4, 1))


@pytest.mark.parametrize(("said", "key"), OTHERS.items())
def test_a_month_a_year_and_a_fiscal_year_have_keys_of_their_own(said, key):
    period = read(said)
    assert period is not None
    assert period.key == key


@pytest.mark.parametrize("said", NONE)
def test_what_is_no_date_or_might_be_two_is_none(said):
    assert read(said) is None
    assert last_day(said) == date.min


def test_newer_is_what_goes_on_longer():
    newest_first = ["令和7年4月1日", "2024年度", "2024年", "令和6年10月", "2024/10/1", "2024/9/1"]
    assert sorted(newest_first, key=last_day, reverse=True) == newest_first
    assert sorted(newest_first, key=last_day)[0] == "2024/9/1"


def written(day: date) -> st.SearchStrategy[str]:
    """Draw a way to write a day."""
    eras = [(name, day.year - before) for name, before in ERAS.items() if 0 < day.year - before < 100]
    letters = {name: [sign for sign, era in LETTERS.items() if era == name] for name, _ in eras}
    plain = [day.isoformat(), f"{day:%Y%m%d}", f"{day.year}年{day.month}月{day.day}日"]
    plain += [f"{day.year}{gap}{day.month}{gap}{day.day}" for gap in "./-"]
    plain += [f"{name}{n}年{day.month}月{day.day}日" for name, n in eras]
    plain += [f"{sign}{n:02}{gap}{day:%m}{gap}{day:%d}" for name, n in eras for sign in letters[name] for gap in "./-"]
    wide = {code: code + 0xFEE0 for code in range(ord("!"), ord("~"))}
    return st.sampled_from([*plain, *(one.translate(wide) for one in plain), *(f" {one}\u200b現在" for one in plain)])


@given(day=st.dates(date(1868, 1, 1), date(2199, 12, 31)), data=st.data())
def test_every_day_comes_back_from_every_way_to_write_it(day, data):
    period = read(data.draw(written(day)).replace("\u200b", ""))
    assert period is not None
    assert (period.key, period.last) == (day.isoformat(), day)


@given(said=st.text(st.sampled_from("0123456789令和平成元年度月日末RH./-()年 ：:十一二"), max_size=14))
def test_any_text_is_a_date_in_one_form_or_none(said):
    period = read(said)
    assert period is None or (read(period.key) == period and period.last.year >= 1800)


@given(year=st.integers(1868, 2199), month=st.integers(1, 12))
def test_a_month_ends_with_its_last_day(year, month):
    assert last_day(f"{year}年{month}月") == date(year, month, monthrange(year, month)[1])
