"""The public names of the library, and where each is at home: the one list, for Python, editors and mypy alike."""

from . import sentences as sentences
from .charts.audits import (
    audits_by_month_chart as audits_by_month_chart,
    inadequate_by_month_chart as inadequate_by_month_chart,
)
from .charts.explore import (
    counts_chart as counts_chart,
    drift_chart as drift_chart,
    moderation_by_quarter_chart as moderation_by_quarter_chart,
    palette as palette,
)
from .charts.grading import (
    grading_by_level_chart as grading_by_level_chart,
    grading_by_quarter_chart as grading_by_quarter_chart,
    sub_grades_chart as sub_grades_chart,
)
from .charts.moderation import (
    moderation_changed_chart as moderation_changed_chart,
    moderation_chart as moderation_chart,
    reaudits_chart as reaudits_chart,
)
from .charts.style import (
    Chart as Chart,
    house_style as house_style,
    new_chart as new_chart,
)
from .charts.trends import (
    control_chart as control_chart,
    green_shoots_chart as green_shoots_chart,
    share_by_quarter as share_by_quarter,
    trend_chart as trend_chart,
)
from .choosing import (
    at_level as at_level,
    chosen_level as chosen_level,
    comments as comments,
    of_kind as of_kind,
    rows_of_level as rows_of_level,
)
from .explore import about as about
from .explore import filtered as filtered
from .metrics.actions import (
    action_counts as action_counts,
    action_states as action_states,
    actions_of as actions_of,
    carried_over as carried_over,
    completed_of_earlier as completed_of_earlier,
)
from .metrics.activities import (
    feedback_counts as feedback_counts,
    manager_qa_activities as manager_qa_activities,
    multi_agency_families as multi_agency_families,
    thematic_children as thematic_children,
    thematic_considered as thematic_considered,
)
from .metrics.agreement import (
    moderation_direction as moderation_direction,
    moderation_kappa as moderation_kappa,
)
from .metrics.audits import (
    audits_completed as audits_completed,
    audits_completed_by_month as audits_completed_by_month,
)
from .metrics.drift import (
    drift_by_auditor as drift_by_auditor,
    moderation_drift as moderation_drift,
)
from .metrics.evidence import evidence as evidence
from .metrics.figures import (
    Measure as Measure,
    figures as figures,
    measure as measure,
    quarters_shown as quarters_shown,
)
from .metrics.grades import (
    good_or_better as good_or_better,
    grade_distribution as grade_distribution,
    inadequate as inadequate,
)
from .metrics.headlines import headlines as headlines
from .metrics.mix import (
    good_or_better_at_earlier_mix as good_or_better_at_earlier_mix,
    mix as mix,
    selection as selection,
)
from .metrics.moderation import (
    audits_moderated as audits_moderated,
    moderation_changed as moderation_changed,
    moderation_lowered as moderation_lowered,
    moderation_outcomes as moderation_outcomes,
    moderation_raised as moderation_raised,
    moderation_upheld as moderation_upheld,
)
from .metrics.practice import (
    area_changes as area_changes,
    green_shoots as green_shoots,
    ranked_areas as ranked_areas,
    sub_grade_distribution as sub_grade_distribution,
    sub_grades_good_or_better as sub_grades_good_or_better,
)
from .metrics.reaudits import (
    awaiting_reaudit as awaiting_reaudit,
    reaudit_grades as reaudit_grades,
    reaudit_outcomes as reaudit_outcomes,
    reaudits as reaudits,
    reaudits_improved as reaudits_improved,
)
from .metrics.services import (
    beside_the_rest as beside_the_rest,
    by_area_and_level as by_area_and_level,
    grades_by_team as grades_by_team,
    of_service as of_service,
)
from .metrics.share import (
    difference as difference,
    distribution as distribution,
    levels as levels,
    share as share,
    tally as tally,
    wilson as wilson,
)
from .metrics.themes import (
    actions_by_theme as actions_by_theme,
    mentions as mentions,
    no_longer_said as no_longer_said,
    recurring_themes as recurring_themes,
    theme_counts as theme_counts,
    returning_themes as returning_themes,
    unaddressed_themes as unaddressed_themes,
)
from .metrics.trends import control_limits as control_limits
from .own import own as own
from .page import (
    actions_table as actions_table,
    appendix as appendix,
    bullets as bullets,
    closing as closing,
    commentary as commentary,
    evidence_list as evidence_list,
    opening as opening,
    quotes as quotes,
    say as say,
    show as show,
    show_table as show_table,
    together as together,
)
from .quarter import (
    months_of as months_of,
    parse_quarter as parse_quarter,
    quarter_name as quarter_name,
    run_up_to as run_up_to,
)
from .settings import (
    Settings as Settings,
    load_settings as load_settings,
)
from .store import (
    Data as Data,
    chosen_quarter as chosen_quarter,
    load as load,
)
