"""Every sentence and name that a reader of the report sees, in one place.

A further language is a second table with the same keys. Values are filled in with `str.format`; they are never markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Metric:
    """How an outcome is named, and in which unit it is counted."""

    label: str
    unit: str


METRICS: dict[str, Metric] = {
    "contribution_campaigning_yuan": Metric("Contribution of the campaigning brands", "yuan"),
    "contribution_rivals_yuan": Metric("Contribution of the brands without a campaign", "yuan"),
    "contribution_yuan": Metric("Contribution of all brands", "yuan"),
    "platform_contribution_yuan": Metric("Platform's contribution, of gross orders", "yuan"),
    "gmv_yuan": Metric("Sales value (GMV), all outlets, gross", "yuan"),
    "gmv_platform_yuan": Metric("Sales value (GMV) on the platform, gross", "yuan"),
    "gmv_due_yuan": Metric("Sales value of needs due in the run", "yuan"),
    "seller_income_yuan": Metric("Income of peer sellers, gross", "yuan"),
    "revenue_yuan": Metric("Brands' revenue, gross", "yuan"),
    "commission_yuan": Metric("Commission paid to the platform, gross", "yuan"),
    "marketing_spend_yuan": Metric("Marketing spend", "yuan"),
    "return_on_marketing": Metric("Return on marketing", "yuan per yuan"),
    "orders": Metric("Orders, all outlets, gross", "orders"),
    "orders_due": Metric("Orders of needs due in the run", "orders"),
    "orders_platform": Metric("Orders on the platform, gross", "orders"),
    "orders_offline": Metric("Orders at the offline outlet, gross", "orders"),
    "pulled_forward": Metric("Orders pulled forward from after the end", "orders"),
    "brought_forward": Metric("Needs that a deal brought forward, gross", "orders"),
    "leaked": Metric("Orders begun here and finished offline, gross", "orders"),
    "reservations": Metric("Reservations, gross", "reservations"),
    "intents": Metric("Stated intents to buy, gross", "intents"),
    "newly_aware": Metric("People who learnt of an offer (newly aware)", "people"),
    "adopters": Metric("People who have bought", "people"),
    "reach": Metric("People reached", "people"),
    "impressions": Metric("Impressions", "impressions"),
    "ads": Metric("Advertisements seen", "impressions"),
    "posts": Metric("Posts about the market, reposts included", "posts"),
    "reposts": Metric("Reposts", "posts"),
    "mutes": Metric("People who muted a brand", "people"),
    "reviews": Metric("Reviews written", "reviews"),
}

UNITS_BY_SUFFIX = {"_yuan": "yuan", "_fen": "fen", "_share": "share", "_people": "people", "_days": "days"}

STAGES = {
    "exposed": "Exposed",
    "aware": "Aware",
    "interested": "Interested",
    "intent": "Stated intent",
    "reserved": "Reserved",
    "paid": "Paid",
    "kept": "Kept",
}

STAGE_ORDER = tuple(STAGES)

AFFORDANCES = {"ads": "advertisements", "graph": "a graph of who follows whom"}
SETTINGS = {
    "ads.cpm_yuan": "price of a thousand advertisements in yuan",
    "checkout.commission": "commission as a share",
    "checkout.steps": "steps of the checkout",
}

ENGLISH: dict[str, str] = {
    # the page
    "page.language": "en",
    "page.title": "{names}: where do campaigns add most?",
    "page.title_one": "{names}: what do its campaigns add?",
    "page.kicker": "Market simulation report",
    "page.skip": "Skip to the answer",
    "page.contents": "Questions answered here",
    "page.theme": "Dark theme",
    "page.study": "Study {study}",
    "page.replications": "{n} paired replications of every model",
    "page.replication": "One replication of every model",
    "page.people": "{users} simulated people",
    "page.days": "{days} days",
    "page.seed": "seed {seed}",
    "page.key": "Models compared",
    "page.how": "How to read this",
    "page.table": "The numbers as a table: {caption}",
    "page.plain_table": "Table: {caption}",
    "page.csv": "Download CSV",
    "page.csv_name": "Download {caption} as CSV",
    "page.picture": "Save as picture",
    "page.picture_name": "Save the figure of “{question}” as a picture",
    "page.cut": "The first {shown} of {total} rows; the download has them all.",
    "page.noscript": "Figures need JavaScript. Every figure has its numbers in a table below it, which needs none.",
    "page.failed": "This figure could not be drawn here. Its numbers are in the table below.",
    "page.missing": "This question cannot be answered from this study: it stores no {tables}.",
    "page.print_note": "The tables behind the figures, and their downloads, are in the HTML file.",
    "page.simulated": "These are results of a simulation, not observations of a market: they say what follows from "
    "the inputs listed in the appendix.",
    # words used everywhere
    "word.and": "and",
    "word.interval": "{level}\u00a0% interval",
    "word.no_interval": "no interval",
    "word.one_draw": "one replication, no interval",
    "word.to": "{low} to {high}",
    "word.separable": "Separable",
    "word.open": "Not separable",
    "word.not_separable": "not separable",
    "word.unknown": "Whether this is luck cannot be known",
    "word.market": "all brands",
    "word.yes": "yes",
    "word.no": "no",
    "effect.label": "{metric}, effect of the campaigns",
    "level.label": "{metric}, in total",
    "effect.short": "Incremental {metric}",
    # column names of the tables
    "column.arm": "Model",
    "column.arm_a": "Model",
    "column.arm_b": "Compared with",
    "column.metric": "Outcome",
    "column.kind": "Kind",
    "column.brand": "Brand",
    "column.unit": "Unit",
    "column.mean": "Mean",
    "column.sd": "Standard deviation",
    "column.low": "Low end",
    "column.high": "High end",
    "column.n": "Replications",
    "column.p_value": "p",
    "column.bootstrap_low": "Bootstrap from",
    "column.bootstrap_high": "to",
    "column.role": "Role",
    "column.measure": "Outcome",
    "column.return": "Return, yuan per yuan",
    "column.p_holm": "p, Holm",
    "column.correlation": "Correlation",
    "column.variance_reduction": "Variance saved by pairing",
    "column.separable": "Separable",
    "column.day": "Day",
    "column.median": "Median",
    "column.p5": "5th percentile",
    "column.p95": "95th percentile",
    "column.stage": "Stage",
    "column.step_rate": "Of the stage before, %",
    "column.total_rate": "Of the first stage, %",
    "column.size": "Size, posts",
    "column.share": "Share at least this large",
    "column.cascades": "Cascades",
    "column.alone": "Never passed on, %",
    "column.p99": "99th percentile, posts",
    "column.largest": "Largest, posts",
    "column.depth": "Mean depth, steps",
    "column.virality": "Mean structural virality, steps",
    "column.address": "Run",
    "column.replication": "Replication",
    "column.seed": "Seed",
    "column.engine": "Engine",
    "column.versions": "Versions",
    "column.scenario_hash": "Scenario hash",
    "column.tables_hash": "Tables hash",
    "column.name": "Name",
    "column.title": "Title",
    "column.platform": "Platform kind",
    "column.path": "Input",
    "column.value": "Value",
    "column.evidence": "Evidence tag",
    "column.source": "Source",
    "column.source_hash": "Source code hash",
    "column.default": "Default",
    "column.doc": "Meaning",
    "column.use": "Use",
    "column.created": "Created",
    "column.package": "Package",
    "column.version": "Version",
    "kind.effect": "campaign minus control",
    "kind.level": "total with campaigns",
    # verdict
    "verdict.question": "On which model do campaigns add most, and by how much?",
    "verdict.one_arm": "{arm} was run alone, or alone has a campaign, so there is nothing to compare it with. Its "
    "campaigns changed the contribution of the brands that ran them by {value} ({interval}).",
    "verdict.unknown": "It cannot be known from one replication. In this single draw of luck campaigns added most on "
    "{arm}: they changed the contribution of the brands that ran them by {value}. Repeat the comparison with more "
    "replications.",
    "verdict.most": "Campaigns added most on {arm}: {value} of contribution to the brands that ran them ({interval}).",
    "verdict.tie": "Not separable: where campaigns add most cannot be told among {arms}.",
    "verdict.tie_lead": "On {arm} they added most on average ({value}; {interval}), but its lead over {others} cannot "
    "be told from luck{care}.",
    "verdict.care": ", after Holm's correction for several comparisons",
    "verdict.least": "On no model did campaigns pay on average. They lost least on {arm}: contribution of the brands "
    "that ran them changed by {value} ({interval}).",
    "verdict.lead": "Its lead over {other} is {value} ({interval}).",
    "verdict.platform": "For the platforms' own books, counted on gross orders, {arm} gains most ({value}; "
    "{interval}), separably from the others.",
    "verdict.platform_open": "For the platforms' own books, counted on gross orders, the models are not all "
    "separable; {arm} has the highest average ({value}; {interval}).",
    "verdict.behind": "Separably behind: {others}.",
    "verdict.loses": "Even so its campaigns cost more than they brought in.",
    "verdict.unsure": "Whether its campaigns paid at all is not settled: the interval of their effect crosses zero.",
    "verdict.no_effect": "This study stores no effect of campaigns on contribution, so no model can be named.",
    "verdict.how": "Every model is simulated with the same people, the same needs and the same luck, once with the "
    "campaigns and once without. The dot is the average difference those campaigns made to the contribution of the "
    "brands that ran them (sales less cost of goods, commission and marketing, over all outlets); the line is its "
    "interval. Sales that would have happened anyway cancel out. Right of zero the campaigns paid; left of zero "
    "they did not. The lead of one model over another has an interval of its own, in the first card and in the "
    "next section; overlap of two lines here does not settle it. Where no model has a campaign, dots are levels.",
    "verdict.axis_effect": "Effect on contribution",
    "verdict.axis_level": "Contribution of all brands",
    "verdict.caption_effect": "effect of the campaigns on every outcome, by model",
    "verdict.caption_level": "every outcome in total, by model",
    "verdict.brands_effect": "effect of the campaigns on contribution, by model and brand",
    "verdict.brands_level": "contribution, by model and brand",
    "levels.one_arm": "No campaign to measure: levels only, and no other model to compare. All brands on {arm} "
    "contribute {value} ({interval}).",
    "levels.unknown": "No campaign to measure: levels only. In a single replication all brands contribute most on "
    "{arm}: {value}; whether that is luck cannot be known.",
    "levels.tie": "No campaign to measure: levels only. All brands contribute most on {arm} on average ({value}; "
    "{interval}), but it cannot be told from {others}.",
    "levels.highest": "No campaign to measure: levels only. All brands contribute most on {arm}: {value} ({interval}).",
    "horizon.run": "the run",
    "horizon.text": "In {when}; needs due in the run only. What a deal pulled forward from after the end is not "
    "counted, so brand switching among those needs is not either: a lower bound.",
    "presets.text": "Put in, not found: {parts}.",
    "presets.only": "only on {arms}: {names}",
    "presets.settings": "set differently: {settings}",
    "presets.setting": "{name} ({values})",
    "presets.more": "; {n} more in the appendix",
    "card.lead_effect": "Lead in what campaigns added",
    "card.lead_level": "Lead in contribution",
    "card.lead_of": "{a} over {b}",
    "card.effect": "Added to the campaigning brands",
    "card.return": "Return on marketing",
    "card.return_note": "Added to the campaigning brands, marketing already paid for, per yuan of marketing{ranges}.",
    "card.effect_note": "{metric}, campaigns minus no campaigns, marketing already paid for{ranges}.",
    "card.all": "Added to all brands",
    "card.all_note": "What the campaigning brands gained less what others lost; where brands without a campaign "
    "are below zero, it was taken from them.",
    "card.rivals": "brands without a campaign {value} ({interval})",
    "card.level_effect": "Contribution of all brands, with campaigns",
    "card.level_level": "Contribution of all brands",
    "card.level_note": "The level, which campaigns only move; where they add most need not be where brands earn most.",
    "card.without": "without campaigns {value}",
    "card.spend": "Marketing spend",
    "card.spend_note": "The same budget is not the same spend: what finds no audience is not spent.",
    "card.budget": "of a budget of {value} ({rate})",
    "card.ranges": "; below each its {interval}",
    "card.other": "Lead over {b}",
    "card.ahead": "{arm} was ahead in {k} of {n} replications",
    "card.one": "One model only",
    "card.p": "{verdict} (p {p} after Holm's correction)",
    "card.no_spend": "no spend",
    # paired differences
    "paired.question": "Which differences between the models are real?",
    "paired.answer_effect": "{k} of {n} differences between models in what their campaigns did are separable.",
    "paired.answer_level": "{k} of {n} differences between models in levels are separable.",
    "paired.counted": "Counted: {names}; every pair of models, after Holm's correction over the pairs of an outcome.",
    "paired.none_effect": "None of the {n} differences between models in what their campaigns did is separable, "
    "with {reps} replications.",
    "paired.none_level": "None of the {n} differences between models in levels is separable, with {reps} replications.",
    "paired.alone": "One model only: there are no differences to look at.",
    "paired.unknown": "It cannot be known: one replication gives {n} differences and no measure of their luck.",
    "paired.best": "Clearest in the first outcome with any: {metric}. {a} exceeds {b} by {value} ({interval}).",
    "paired.open": "Not separable in {metric}: {pairs}.",
    "paired.partial": "The intervals of {k} more leave out zero, but do not survive Holm's correction.",
    "paired.how": "Each row subtracts one model from another within the same replication, so that shared luck "
    "cancels. The dot is the average of those differences, the line its interval. A filled dot carries the colour "
    "of the model that is ahead; a hollow grey dot means not separable after Holm's correction for the number of "
    "pairs. The interval itself is not corrected, so that of a hollow dot may leave out zero. Every outcome has its "
    "own axis and unit; the table holds all outcomes, those marked gross with the sales that a deal only pulled "
    "forward from after the end.",
    "paired.caption": "paired differences",
    "paired.row": "{a} − {b}",
    "paired.axis": "Difference",
    # spread
    "spread.question": "How does it build up over time?",
    "spread.answer": "{metric}, day {day}: {parts}.",
    "spread.heading": "{metric}: {brand}",
    "spread.part": "{arm} {value} (middle 90\u00a0%: {low} to {high})",
    "spread.part_one": "{arm} {value}",
    "spread.overlap": "The bands of {pairs} overlap on that day, so that a single launch could show either ahead.",
    "spread.apart": "The bands do not overlap on that day.",
    "spread.one": "One replication: how far luck could move these curves cannot be known.",
    "spread.how": "The line is the median over replications; the shaded band holds the middle 90 % of them. A band "
    "shows how different one launch can be from the next, which is wider than the uncertainty of the average. "
    "Bands that overlap do not mean that the averages are equal: replications are paired, and the section above "
    "compares them pair by pair. Those who knew an offer at the start did not learn of it and are not "
    "counted as newly aware. The shaded days, or the bars at the top in the colours of the models where these differ, "
    "are those of the brand's campaign.",
    "spread.campaign": "campaign",
    "spread.caption": "median and 5–95 % band at the end of each day",
    "spread.axis": "Day of the run",
    # funnel
    "funnel.question": "Where do people drop out?",
    "funnel.brand": "{brand}: {sentence}",
    "funnel.empty": "Nobody was counted at any stage.",
    "funnel.others": "The other brands are in the table.",
    "funnel.answer": "{last} as a share of {first}: {parts}.",
    "funnel.part": "{arm} {rate} ({value} people; {interval})",
    "funnel.part_one": "{arm} {rate} ({value} people)",
    "funnel.worst": "The narrowest step: {parts}.",
    "funnel.worst_part": "{arm}, {before} to {after} ({rate} go on)",
    "funnel.none": "nobody",
    "funnel.how": "Each dot is the average number of people who got at least this far, on a logarithmic axis: "
    "equal distances are equal ratios. The line is the interval of that average; a line that reaches the left edge "
    "includes zero. The percentage is the share of the stage before it, average over average. Above 100 % people "
    "came to the stage by another way, for example by search instead of by a post or an advertisement.",
    "funnel.axis": "People, logarithmic axis",
    "funnel.of": "{rate} of {stage}",
    "funnel.caption": "people per stage and rates",
    # cascades
    "cascades.question": "How far does word travel?",
    "cascades.none": "No model stored any cascade: nothing was passed on from person to person.",
    "cascades.no_graph": "{arms} has no cascades because it has no graph: nobody there follows anybody, so nothing "
    "can be passed on.",
    "cascades.no_graph_many": "{arms} have no cascades because they have no graph: nobody there follows anybody, "
    "so nothing can be passed on.",
    "cascades.no_rows": "{arms} has a graph, but no post about the market was made there.",
    "cascades.no_rows_many": "{arms} have a graph, but no post about the market was made there.",
    "cascades.no_info": "No cascades are stored for {arms}.",
    "cascades.part": "{arm} {value} posts",
    "cascades.part_range": "{arm} {value} posts (from {low} to {high} over {n} replications)",
    "cascades.answer": "The largest cascade of a replication, in the median: {parts}.",
    "cascades.alone": "Never passed on: {parts}.",
    "cascades.alone_part": "{rate} of posts in {arm}",
    "cascades.one": "One replication: the largest cascade is the quantity that luck moves most, so how typical "
    "this one is cannot be known.",
    "cascades.how": "A point says which share of cascades is at least this large; all replications are pooled. On "
    "two logarithmic axes a straight fall is a heavy tail: few posts get most of the attention. Depth counts the "
    "steps from the first post to the last repost. Structural virality is the mean distance between two posts of a "
    "cascade: near 2 for one broadcast to many, larger when it passes from hand to hand.",
    "cascades.size": "Size, posts",
    "cascades.depth": "Depth, steps",
    "cascades.virality": "Structural virality, steps",
    "cascades.share_size": "Share of cascades at least this large",
    "cascades.share_depth": "Share at least this deep",
    "cascades.share_virality": "Share of those passed on at least this viral",
    "cascades.caption": "cascades by model",
    "cascades.ccdf": "distribution of sizes",
    # appendix
    "appendix.question": "Appendix: what went in, and how this was computed",
    "appendix.evidence": "A number that was put in is not a finding.",
    "appendix.evidence_more": "Prices, budgets, hazards and tastes below are inputs. Only what the simulation "
    "computed from them (effects, differences, shapes) is a result, and it is a result about this model of a "
    "market.",
    "appendix.scenarios": "Scenarios",
    "appendix.design": "Design",
    "appendix.design_reps": "Every model was simulated {n} times. Replication r has the same seed in all models, "
    "so the same people meet the same needs and the same luck; each is run with the campaigns and without them.",
    "appendix.intervals": "How intervals were computed",
    "appendix.intervals_text": "An interval of an effect or a difference is Student's t interval at {level}\u00a0% "
    "over the {n} replications, the replication being the unit; differences between models are taken within "
    "replications first. p values are two-sided (paired t test) and corrected by Holm's method over the pairs of "
    "models of an outcome; a difference is called separable when its corrected p is below {alpha}. Intervals are not "
    "corrected. Bands over "
    "time are 5th and 95th percentiles of replications, not intervals of an average.",
    "appendix.return": "The return on marketing is a ratio of two averages; its interval is Student's t with the "
    "ratio estimator's standard error (Cochran 1977, section 6.4).",
    "appendix.pairing": "The same luck on both sides made the variance smaller (median over the outcomes counted "
    "above): {parts}.",
    "appendix.pairing_summary": "{times} in campaigns minus no campaigns",
    "appendix.pairing_paired_differences": "{times} in one model minus another",
    "appendix.times": "{times}\u00a0times",
    "appendix.used": "Used by {arm}",
    "appendix.intervals_one": "There is one replication, so no interval can be computed and no difference is "
    "called separable.",
    "appendix.not_covered": "Intervals cover the luck of the draw only. They do not cover what is uncertain in the "
    "inputs or wrong in the model.",
    "appendix.runs": "Runs",
    "appendix.no_runs": "The folder of the study holds no manifests of runs.",
    "appendix.versions": "Software",
    "appendix.inputs": "Inputs and their evidence",
    "appendix.no_inputs": "The evidence tags of the inputs are not stored with this study.",
    "appendix.tags": "Each input carries a tag that says how well it is founded. P: read in a stored copy of the "
    "source. M-H, M-M, M-L: quoted from memory with high, medium or low confidence. D: derived by arithmetic. X: a "
    "guess without a source.",
    "appendix.missing": "Tables this study does not hold",
    "appendix.differ": "inputs that differ between the models",
    "appendix.all_inputs": "all inputs of every model",
    "appendix.declared": "evidence for the inputs",
    "appendix.run_table": "every run with its seed and hashes",
    "appendix.version_table": "versions of the software that made the results",
    "appendix.no_versions": "The manifests name no versions.",
}


def say(key: str, **values: Any) -> str:
    """The text under `key` with `values` filled in.

    Raises
    ------
    KeyError
        If there is no such text or a value is missing: a defect, never a user's error.
    """
    return ENGLISH[key].format(**values)


def metric(name: str) -> Metric:
    """Name and unit of an outcome; an unknown one is named by its column, its unit read from the suffix."""
    if name in METRICS:
        return METRICS[name]
    for suffix, unit in UNITS_BY_SUFFIX.items():
        if name.endswith(suffix):
            return Metric(human(name.removesuffix(suffix)), unit)
    return Metric(human(name), "")


def affordance(name: str) -> str:
    """Name of an affordance inside a sentence."""
    return AFFORDANCES.get(name, name.replace("_", " "))


def setting(name: str, key: str) -> str:
    """Name of a setting of an affordance inside a sentence."""
    return SETTINGS.get(f"{name}.{key}", f"{key} of {name}".replace("_", " "))


def stage(name: str) -> str:
    """Name of a funnel stage."""
    return STAGES.get(name, human(name))


def human(name: str) -> str:
    """A column or component name as words."""
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def listing(words: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {say('word.and')} {words[-1]}"
