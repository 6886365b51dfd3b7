"""Charts: a metric's tidy table in, a `Chart` with its words out; None where there is nothing to show."""
