"""The section of practice standards: weakest first, and nothing where no question is answered."""

from qa_analysis import Report
from tests.page.pages import QUARTER
from tests.unit.metrics.test_answers import ALONE, ROWS, SAFE


class TestOnThePage:
    def test_the_weakest_question_comes_first_beside_the_quarter_before(self, page_data, make_answers, make_audits):
        report = Report(page_data(answers=make_answers(*ROWS), audits=make_audits(("2025-05-01", "EH", "G"))), QUARTER)
        shown = repr(report.table("practice_standards"))
        assert shown.index(ALONE) < shown.index(SAFE)
        assert "1 of 4 (25%)" in shown
        assert "1 of 1 (100%)" in shown
        by_service = repr(report.table("answers_by_service"))
        for cell in ("5 to 70", "1 of 2", "0 of 2"):
            assert cell in by_service

    def test_the_weakest_is_named_from_ten_records_on(self, page_data, make_answers, make_audits):
        audits = make_audits(("2025-07-01", "EH", "G"))
        ten = [(f"A-{number}", "2025-07-01", "EH", ALONE, "Yes" if number < 4 else "No") for number in range(10)]
        say = lambda rows: repr(  # noqa: E731
            Report(page_data(answers=make_answers(*rows), audits=audits), QUARTER).say("weakest_answer")
        )
        assert say(ten) == f"Least often answered Yes: “{ALONE}”, in 4 of 10 records."
        assert ALONE not in say(ten[:9])

    def test_nothing_stands_where_no_question_is_answered(self, page_data, make_audits):
        report = Report(page_data(audits=make_audits(("2025-07-01", "EH", "G"))), QUARTER)
        block = report.titled("Practice standards", report.say("weakest_answer"), report.table("practice_standards"))
        assert block.page == {"part": "nothing"}
