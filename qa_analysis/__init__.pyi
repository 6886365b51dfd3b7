"""The public names of the library, and where each is at home: the one list, for Python, editors and mypy alike."""

from . import sentences as sentences
from .charts.control_chart import control_chart as control_chart
from .charts.counts_by_month import audits_by_month_chart as audits_by_month_chart
from .charts.colours import palette as palette
from .charts.matrix import (
    counts_chart as counts_chart,
    inadequate_by_month_chart as inadequate_by_month_chart,
    moderation_chart as moderation_chart,
    reaudits_chart as reaudits_chart,
)
from .charts.shares_over_time import share_by_quarter as share_by_quarter
from .charts.stacked_shares import (
    drift_chart as drift_chart,
    grading_by_level_chart as grading_by_level_chart,
    grading_by_quarter_chart as grading_by_quarter_chart,
    moderation_by_quarter_chart as moderation_by_quarter_chart,
    sub_grades_chart as sub_grades_chart,
)
from .charts.style import (
    Chart as Chart,
    house_style as house_style,
    new_chart as new_chart,
)
from .contract.levels import (
    at_level as at_level,
    chosen_level as chosen_level,
)
from .page.explore import about as about
from .page.explore import filtered as filtered
from .metrics.actions import (
    action_states as action_states,
)
from .metrics.control_chart import control_limits as control_limits
from .store.figures import (
    figures as figures,
    measure as measure,
    quarters_shown as quarters_shown,
    recount as recount,
)
from .metrics.measure import (
    Measure as Measure,
    Population as Population,
)
from .metrics.moderation import (
    drift_by_auditor as drift_by_auditor,
    moderation_drift as moderation_drift,
)
from .metrics.reaudits import (
    reaudits as reaudits,
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
)
from .store.own import own as own
from .page.blocks import (
    bullets as bullets,
    folded as folded,
    say as say,
    show as show,
    show_table as show_table,
    together as together,
)
from .contract.quarters import (
    months_of as months_of,
    parse_quarter as parse_quarter,
    quarter_name as quarter_name,
    run_up_to as run_up_to,
)
from .page.report import (
    Report as Report,
    report as report,
)
from .contract.settings import (
    Settings as Settings,
    load_settings as load_settings,
)
from .store.data import (
    Data as Data,
    chosen_quarter as chosen_quarter,
    load as load,
)
