"""The raw-data contract: every sheet and column of the workbooks, described once.

Matching of headings, typing, the schemas of the cleaned tables and the documentation of the contract are all
made from `SHEETS`; adding a column is one line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "text",  # free text
    "reference",  # text that names a person or family: never leaves the data
    "date",
    "month_or_date",  # the timescale of an action: a date, a month, a meeting or TBC; kept as text
    "quarter",
    "grade",
    "level_of_need",
    "yes_no",
    "number",
    "finding_type",
    "tone",
    "status",
]


@dataclass(frozen=True)
class Column:
    """One column: its heading in the workbook, its name in the cleaned table, and what it holds.

    A `prefix` column stands for any number of columns whose headings begin with its heading and a colon.
    """

    heading: str
    name: str
    kind: Kind = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    help: str = ""
    prefix: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name in the workbook, the name of its table, its columns, and what one row is.

    `key` names the columns that identify a row. Where it is empty, equal rows of two files are overlapping
    extracts, counted as often as in the file that has them most often.
    """

    name: str
    table: str
    one_row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    date: str | None = None
    required: bool = False

    def column(self, name: str) -> Column:
        """Return the column with this name in the cleaned table."""
        return next(column for column in self.columns if column.name == name)


_REPORTING_QUARTER = Column(
    "Reporting quarter",
    "reporting_quarter",
    "quarter",
    aliases=("Quarter",),
    help="The quarter that the row is reported in, where that is not the quarter of its date, e.g. 2025-26 Q2.",
)
_LEVEL = Column(
    "Level of need",
    "level_of_need",
    "level_of_need",
    aliases=("Level", "Service", "Service area", "Team type"),
    help="The service that the child is open to: EH, H&P, CIC or CL.",
)
_THEME = Column("Theme", "theme", aliases=("Topic", "Subject"), help="A few words that group rows of one kind.")
_TEAM = Column("Team", "team", aliases=("Team name",), help="The team that holds the case.")
_QUARTER = Column(
    "Quarter", "quarter", "quarter", required=True, aliases=("Reporting quarter",), help="E.g. 2025-26 Q2."
)
_REQUIRED_LEVEL = Column(
    _LEVEL.heading, _LEVEL.name, _LEVEL.kind, required=True, aliases=_LEVEL.aliases, help=_LEVEL.help
)


def _date(
    aliases: tuple[str, ...] = ("Date of entry", "Recorded on"), heading: str = "Date", name: str = "date"
) -> Column:
    return Column(heading, name, "date", required=True, aliases=aliases, help="Day first, e.g. 03/09/2025.")


AUDITS = Sheet(
    "Audits",
    "audits",
    "one deep-dive audit",
    (
        Column(
            "Audit ID",
            "audit_id",
            required=True,
            aliases=("Audit reference", "Audit ref", "Audit number", "Audit no"),
            help="A text that is the audit's alone.",
        ),
        _date(("Date of audit", "Audit completed", "Date completed", "Date"), "Audit date", "audit_date"),
        _REQUIRED_LEVEL,
        _TEAM,
        Column(
            "Auditor",
            "auditor",
            "reference",
            aliases=("Auditor reference", "Audited by", "Auditor name"),
            help="A reference or role; never shown in a report.",
        ),
        Column(
            "Child reference",
            "child_reference",
            "reference",
            aliases=("Child ref", "Child ID", "Case reference", "Case ID"),
            help="Never shown in a report.",
        ),
        Column(
            "Overall grade",
            "overall_grade",
            "grade",
            required=True,
            aliases=("Grade", "Overall judgement", "Overall audit grade", "Auditor's grade", "Auditor grade"),
            help="The auditor's grade, or “Not graded”.",
        ),
        Column(
            "Moderated",
            "moderated",
            "yes_no",
            aliases=("Moderated?", "Moderation", "Moderated (Y/N)"),
            help="Yes or No; blank means yes where a moderated grade is given.",
        ),
        Column(
            "Grade after moderation",
            "moderated_grade",
            "grade",
            aliases=("Moderated grade", "Moderation grade", "Final grade"),
            help="The moderator's grade; it is the final grade.",
        ),
        Column(
            "Moderation date",
            "moderation_date",
            "date",
            aliases=("Date moderated", "Date of moderation"),
            help="Day first, e.g. 17/09/2025.",
        ),
        Column(
            "Re-audit of",
            "reaudit_of",
            aliases=("Reaudit of audit", "Previous audit ID", "Earlier audit ID"),
            help="The Audit ID of the earlier audit of the same record.",
        ),
        Column(
            "Selection",
            "selection",
            aliases=("Selection reason", "Reason for selection", "Why selected"),
            help="Why the record was chosen: random, targeted, re-audit, …",
        ),
        Column(
            "Sub-grade",
            "sub_grades",
            "grade",
            prefix=True,
            aliases=("Subgrade", "Practice area"),
            help="One column for each practice area, headed “Sub-grade: practice area”; a grade, blank or N/A.",
        ),
    ),
    key=("audit_id",),
    aliases=("Audit", "Deep dive audits", "Deep-dive audits", "Audit data", "Audit log"),
    date="audit_date",
    required=True,
)

MULTI_AGENCY_AUDITS = Sheet(
    "Multi-agency audits",
    "multi_agency_audits",
    "one family and audit",
    (
        _date(("Date of audit", "Date"), "Audit date", "audit_date"),
        Column(
            "Family reference",
            "family_reference",
            "reference",
            required=True,
            aliases=("Family ref", "Family ID", "Family"),
            help="Never shown; a family is counted once a quarter.",
        ),
        _THEME,
        Column("Agencies", "agencies", aliases=("Agencies involved", "Partners"), help="Separated by semicolons."),
        Column(
            "Overall grade",
            "overall_grade",
            "grade",
            aliases=("Grade", "Overall judgement"),
            help="The grade of the whole audit.",
        ),
    ),
    aliases=("Multi agency audit", "iCART audits", "iCART", "MA audits"),
    date="audit_date",
)

THEMATIC_AUDITS = Sheet(
    "Thematic audits",
    "thematic_audits",
    "one piece of work (the same theme and unit are added up)",
    (
        _date(),
        Column(
            "Theme",
            "theme",
            required=True,
            aliases=_THEME.aliases,
            help="What the audit was about, e.g. Fostering.",
        ),
        Column(
            "Unit",
            "unit",
            required=True,
            aliases=("Unit of count", "What was counted"),
            help="What was counted, e.g. fostering families.",
        ),
        Column(
            "Number considered",
            "number_considered",
            "number",
            required=True,
            aliases=("Number", "Considered", "Records considered"),
            help="How many were considered.",
            low=0,
        ),
        Column(
            "Children cared for",
            "children",
            "number",
            aliases=("Children", "Number of children"),
            help="How many children they care for.",
            low=0,
        ),
        Column("Summary", "summary", aliases=("Comments", "Notes"), help="What was found, in a sentence or two."),
        _REPORTING_QUARTER,
    ),
    aliases=("Thematic audit", "Thematics", "Thematic"),
    date="date",
)

MANAGER_QA = Sheet(
    "Manager QA",
    "manager_qa",
    "one activity",
    (
        _date(),
        Column(
            "Activity",
            "activity",
            required=True,
            aliases=("Manager activity", "QA activity"),
            help="What was looked at.",
        ),
        Column("Service area", "service_area", aliases=("Service", "Area"), help="Where."),
        Column(
            "Records looked at",
            "records",
            "number",
            aliases=("Records", "Number of records"),
            help="How many.",
            low=0,
        ),
        Column("Summary", "summary", aliases=("Comments", "Notes"), help="What was found, in a sentence or two."),
        _REPORTING_QUARTER,
    ),
    aliases=("Manager quality assurance", "Manager activity", "Management QA"),
    date="date",
)

FINDINGS = Sheet(
    "Findings",
    "findings",
    "one finding",
    (
        _date(),
        Column(
            "Type",
            "type",
            "finding_type",
            required=True,
            aliases=("Finding type", "Strength or learning"),
            help="Strength or Learning.",
        ),
        Column(
            "Finding",
            "finding",
            required=True,
            aliases=("Text", "Detail", "Description"),
            help="The finding in one or two sentences, without names.",
        ),
        _THEME,
        _LEVEL,
        _TEAM,
        _REPORTING_QUARTER,
    ),
    aliases=("Finding", "Strengths and learning", "Audit findings"),
    date="date",
)

FEEDBACK = Sheet(
    "Feedback",
    "feedback",
    "one quote",
    (
        _date(),
        Column(
            "From",
            "source",
            required=True,
            aliases=("Who", "Given by", "Feedback from", "Source"),
            help="Mother, Father, Child, Carer, School, Police, …; never a name.",
        ),
        Column(
            "Tone",
            "tone",
            "tone",
            required=True,
            aliases=("Type", "Positive or learning"),
            help="Positive or Learning.",
        ),
        Column(
            "Quote",
            "quote",
            required=True,
            aliases=("Comment", "Feedback", "What they said"),
            help="Their words, without names.",
        ),
        Column("Score", "score", "number", aliases=("Score out of 10", "Rating"), help="0 to 10.", low=0, high=10),
        _LEVEL,
        _REPORTING_QUARTER,
    ),
    aliases=("Quotes", "Family feedback", "Feedback from families"),
    date="date",
)

ACTIONS = Sheet(
    "Actions",
    "actions",
    "one step; a blank Action ID continues the action above",
    (
        Column(
            "Action ID",
            "action_id",
            required=True,
            aliases=("Action reference", "Action ref", "Action no", "Ref"),
            help="A text that is the action's alone; leave it blank on the action's further steps.",
        ),
        _date(("Date raised", "Date"), "Raised", "raised"),
        Column(
            "Action",
            "action",
            required=True,
            aliases=("Action agreed", "Agreed action"),
            help="What was agreed; on the action's first row.",
        ),
        Column("Step", "step", "number", aliases=("Step number", "Step no"), help="1, 2, 3, …", low=0),
        Column("Step detail", "step_detail", aliases=("Detail", "Steps"), help="What is done in this step."),
        Column("Lead", "lead", aliases=("Leads", "Owner", "Responsible"), help="A role, never a name."),
        Column(
            "Timescale",
            "timescale",
            "month_or_date",
            aliases=("By when", "Due", "Due date", "Deadline"),
            help="A date, a month, a meeting (“November whole-service meeting”) or TBC.",
        ),
        Column("Status", "status", "status", aliases=("Progress", "State"), help="Open or Complete."),
        Column(
            "Completed",
            "completed",
            "date",
            aliases=("Date completed", "Completion date"),
            help="The day the step was completed.",
        ),
        _THEME,
        _REPORTING_QUARTER,
    ),
    key=("action_id",),
    aliases=("Action plan", "Action log", "Our response"),
    date="raised",
)

COMMENTARY = Sheet(
    "Commentary",
    "commentary",
    "one piece of the analyst's own words",
    (
        _QUARTER,
        Column(
            "Section",
            "section",
            required=True,
            aliases=("Report section",),
            help="A section's name, or Introduction.",
        ),
        Column("Text", "text", required=True, aliases=("Comment", "Commentary"), help="Plain paragraphs."),
    ),
    aliases=("Comments", "Narrative"),
)

AUDIT_PLAN = Sheet(
    "Audit plan",
    "audit_plan",
    "one level of need and quarter",
    (
        _QUARTER,
        _REQUIRED_LEVEL,
        Column(
            "Planned",
            "planned",
            "number",
            required=True,
            aliases=("Audits planned", "Planned audits", "Number planned"),
            help="How many audits were planned.",
            low=0,
        ),
    ),
    key=("quarter", "level_of_need"),
    aliases=("Plan", "Audits planned"),
)

COMPARATORS = Sheet(
    "Comparators",
    "comparators",
    "one figure printed before row-level data was kept",
    (
        _QUARTER,
        Column(
            "Measure",
            "measure",
            required=True,
            aliases=("Figure",),
            help="The name of a measure, as in figures.csv.",
        ),
        _LEVEL,
        Column("Category", "category", help="E.g. a grade, where the measure has categories."),
        Column("Count", "count", "number", aliases=("Number",), help="Count or Percent must be given.", low=0),
        Column(
            "Denominator",
            "denominator",
            "number",
            aliases=("Out of", "Total"),
            help="What the count is out of.",
            low=0,
        ),
        Column(
            "Percent",
            "percent",
            "number",
            aliases=("Percentage", "%"),
            help="0 to 100, as printed.",
            low=0,
            high=100,
        ),
    ),
    key=("quarter", "measure", "level_of_need", "category"),
    aliases=("History", "Earlier figures"),
)

SHEETS: tuple[Sheet, ...] = (
    AUDITS, MULTI_AGENCY_AUDITS, THEMATIC_AUDITS, MANAGER_QA, FINDINGS, FEEDBACK, ACTIONS, COMMENTARY, AUDIT_PLAN, COMPARATORS,
)  # fmt: skip
