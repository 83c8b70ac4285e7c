"""Every number of the ledger as somebody who knows the tables would ask for it: one pass for each table.

Written by hand against the tables, sharing nothing with the indicators; `benchmarks.indicators` demands
that both give the same. A column is named for the number it holds: "foi.received", or
"foi.received/answered_lawfully/held" for a part of a claim. GROUPED are statements of two columns.
"""

from __future__ import annotations

# %(since)s and %(as_of)s are the first and last day, %(through)s the 31st of December, %(midnight)s and
# %(over)s the moments between which the days lie, %(office)s the office.

# Grouped first, so that what is true of a post is worked out once for each post and not once for each number.
POSTS = """
SELECT coalesce(sum(n) FILTER (WHERE channel = 'wechat' AND policy), 0) AS "publishing.wechat_posts",
       coalesce(sum(n) FILTER (WHERE channel = 'wechat' AND policy AND thrice), 0) AS "publishing.wechat_posts/three_reviews/held",
       coalesce(sum(n) FILTER (WHERE channel = 'wechat' AND policy AND NOT thrice), 0) AS "publishing.wechat_posts/three_reviews/failed",
       coalesce(sum(n) FILTER (WHERE channel = 'wechat' AND policy AND before), 0) AS "publishing.wechat_posts/secrecy_first/held",
       coalesce(sum(n) FILTER (WHERE channel = 'wechat' AND policy AND NOT before), 0) AS "publishing.wechat_posts/secrecy_first/failed",
       coalesce(sum(n) FILTER (WHERE channel = 'website' AND policy), 0) AS "publishing.website_posts",
       coalesce(sum(n) FILTER (WHERE channel = 'website' AND policy AND thrice), 0) AS "publishing.website_posts/three_reviews/held",
       coalesce(sum(n) FILTER (WHERE channel = 'website' AND policy AND NOT thrice), 0) AS "publishing.website_posts/three_reviews/failed",
       coalesce(sum(n) FILTER (WHERE channel = 'website' AND policy AND before), 0) AS "publishing.website_posts/secrecy_first/held",
       coalesce(sum(n) FILTER (WHERE channel = 'website' AND policy AND NOT before), 0) AS "publishing.website_posts/secrecy_first/failed",
       coalesce(sum(n) FILTER (WHERE channel = 'wechat' AND is_infographic), 0) AS "publishing.infographics",
       coalesce(sum(n) FILTER (WHERE channel = 'wechat' AND is_infographic AND thrice), 0) AS "publishing.infographics/three_reviews/held",
       coalesce(sum(n) FILTER (WHERE channel = 'wechat' AND is_infographic AND NOT thrice), 0) AS "publishing.infographics/three_reviews/failed",
       coalesce(sum(n) FILTER (WHERE channel = 'wechat' AND is_infographic AND before), 0) AS "publishing.infographics/secrecy_first/held",
       coalesce(sum(n) FILTER (WHERE channel = 'wechat' AND is_infographic AND NOT before), 0) AS "publishing.infographics/secrecy_first/failed",
       coalesce(sum(n), 0) AS "publishing.posts",
       coalesce(sum(n) FILTER (WHERE thrice), 0) AS "publishing.posts/three_reviews/held",
       coalesce(sum(n) FILTER (WHERE NOT thrice), 0) AS "publishing.posts/three_reviews/failed",
       coalesce(sum(n) FILTER (WHERE before), 0) AS "publishing.posts/secrecy_first/held",
       coalesce(sum(n) FILTER (WHERE NOT before), 0) AS "publishing.posts/secrecy_first/failed"
FROM (
    SELECT p.channel, p.category IN ('policy', 'interpretation') AS policy, p.is_infographic,
           (p.first_reviewed_on <= p.posted_on AND p.second_reviewed_on <= p.posted_on AND p.third_reviewed_on <= p.posted_on
            AND p.first_reviewed_by_id <> p.second_reviewed_by_id AND p.second_reviewed_by_id <> p.third_reviewed_by_id
            AND p.first_reviewed_by_id <> p.third_reviewed_by_id) IS TRUE AS thrice,
           (r.voided_at IS NULL AND (r.result IN ('open', 'redact') AND r.reviewed_on <= p.posted_on
            OR r.result = 'refer' AND r.may_open AND r.determined_on <= p.posted_on)) IS TRUE AS before,
           count(*) AS n
    FROM publishing_channelpost p LEFT JOIN publishing_secrecyreview r ON r.id = p.secrecy_review_id
    WHERE p.office_id = %(office)s AND p.voided_at IS NULL AND p.posted_on BETWEEN %(since)s AND %(as_of)s
    GROUP BY 1, 2, 3, 4, 5
) AS posts
"""

ARTICLES = """
SELECT count(*) AS "publishing.articles" FROM publishing_article
WHERE office_id = %(office)s AND voided_at IS NULL AND published_on BETWEEN %(since)s AND %(as_of)s
"""

REVIEWS = """
SELECT count(*) AS "publishing.secrecy_reviews",
       count(*) FILTER (WHERE result = 'withhold' AND attribute = 'withheld') AS "publishing.withheld",
       count(reassesses_id) AS "publishing.reassessed"
FROM publishing_secrecyreview WHERE office_id = %(office)s AND voided_at IS NULL AND reviewed_on BETWEEN %(since)s AND %(as_of)s
"""

APPLICATIONS = """
SELECT count(*) FILTER (WHERE received_on >= %(since)s AND received_on <= %(as_of)s) AS "foi.received",
       count(*) FILTER (WHERE received_on >= %(since)s AND received_on <= %(as_of)s
           AND closed_on <= %(as_of)s AND (reply_due_on IS NULL OR closed_on <= reply_due_on)) AS "foi.received/answered_lawfully/held",
       count(*) FILTER (WHERE received_on >= %(since)s AND received_on <= %(as_of)s AND (closed_on IS NULL OR closed_on > %(as_of)s)
           AND (reply_due_on IS NULL OR reply_due_on >= %(as_of)s)) AS "foi.received/answered_lawfully/pending",
       count(*) FILTER (WHERE received_on >= %(since)s AND received_on <= %(as_of)s
           AND (closed_on <= %(as_of)s AND closed_on > reply_due_on
                OR (closed_on IS NULL OR closed_on > %(as_of)s) AND reply_due_on < %(as_of)s)) AS "foi.received/answered_lawfully/failed",
       count(*) FILTER (WHERE received_on < %(since)s AND (closed_on IS NULL OR closed_on >= %(since)s)) AS "foi.carried_in",
       count(*) FILTER (WHERE received_on <= %(as_of)s AND (closed_on IS NULL OR closed_on > %(as_of)s)) AS "foi.carried_out",
       count(*) FILTER (WHERE correction_asked_on BETWEEN %(since)s AND %(as_of)s) AS "foi.corrections",
       count(*) FILTER (WHERE correction_asked_on BETWEEN %(since)s AND %(as_of)s
           AND correction_asked_on <= correction_ask_due_on) AS "foi.corrections/asked_in_time/held",
       count(*) FILTER (WHERE correction_asked_on BETWEEN %(since)s AND %(as_of)s
           AND (correction_ask_due_on IS NULL OR correction_asked_on > correction_ask_due_on)) AS "foi.corrections/asked_in_time/failed",
       count(*) FILTER (WHERE extended_on BETWEEN %(since)s AND %(as_of)s) AS "foi.extensions",
       count(*) FILTER (WHERE coalesce(fee_sent_on, fee_noticed_on) BETWEEN %(since)s AND %(as_of)s) AS "foi.fees_noticed",
       count(*) FILTER (WHERE fee_paid_on BETWEEN %(since)s AND %(as_of)s) AS "foi.fees_paid",
       count(*) FILTER (WHERE received_on IS NOT NULL AND closed_on BETWEEN %(since)s AND %(as_of)s) AS "foi.answered",
       count(*) FILTER (WHERE received_on IS NOT NULL AND closed_on BETWEEN %(since)s AND %(as_of)s
           AND (reply_due_on IS NULL OR closed_on <= reply_due_on)) AS "foi.answered/in_time/held",
       count(*) FILTER (WHERE received_on IS NOT NULL AND closed_on BETWEEN %(since)s AND %(as_of)s
           AND closed_on > reply_due_on) AS "foi.answered/in_time/failed"
FROM foi_application WHERE office_id = %(office)s AND voided_at IS NULL
"""

RESULTS = """
SELECT 'foi.result.' || report_row, count(*) FROM foi_application
WHERE office_id = %(office)s AND voided_at IS NULL AND received_on IS NOT NULL AND closed_on BETWEEN %(since)s AND %(as_of)s
GROUP BY 1
"""

REMEDIES = """
SELECT 'foi.remedy.' || kind || '_' || stands, count(*) FROM (
    SELECT kind, CASE WHEN decided_on <= %(as_of)s THEN result ELSE 'pending' END AS stands
    FROM foi_remedy
    WHERE office_id = %(office)s AND voided_at IS NULL AND accepted_on <= %(as_of)s AND (decided_on IS NULL OR decided_on >= %(since)s)
) AS remedies
GROUP BY 1
"""

OPINIONS = """
SELECT count(*) AS "consultation.opinions",
       count(*) FILTER (WHERE o.fed_back_on <= %(as_of)s AND o.fed_back_on <= c.feedback_due_on) AS "consultation.opinions/fed_back_in_month/held",
       count(*) FILTER (WHERE (o.fed_back_on IS NULL OR o.fed_back_on > %(as_of)s)
           AND c.feedback_due_on >= %(as_of)s) AS "consultation.opinions/fed_back_in_month/pending",
       count(*) FILTER (WHERE o.fed_back_on <= %(as_of)s AND o.fed_back_on > c.feedback_due_on
           OR (o.fed_back_on IS NULL OR o.fed_back_on > %(as_of)s) AND c.feedback_due_on < %(as_of)s) AS "consultation.opinions/fed_back_in_month/failed"
FROM consultation_opinion o JOIN consultation_consultation c ON c.id = o.consultation_id
WHERE o.office_id = %(office)s AND o.voided_at IS NULL AND o.received_on BETWEEN %(since)s AND %(as_of)s
"""

CONSULTATIONS = """
SELECT count(*) AS "consultation.drafts",
       count(*) FILTER (WHERE feedback_on <= %(as_of)s AND (feedback_on <= feedback_due_on OR NOT heard)
           OR NOT heard AND ends_on < %(as_of)s) AS "consultation.drafts/fed_back/held",
       count(*) FILTER (WHERE (feedback_on IS NULL OR feedback_on > %(as_of)s)
           AND CASE WHEN heard THEN feedback_due_on ELSE ends_on END >= %(as_of)s) AS "consultation.drafts/fed_back/pending",
       count(*) FILTER (WHERE heard AND (feedback_on <= %(as_of)s AND feedback_on > feedback_due_on
           OR (feedback_on IS NULL OR feedback_on > %(as_of)s) AND feedback_due_on < %(as_of)s)) AS "consultation.drafts/fed_back/failed"
FROM (
    SELECT c.feedback_on, c.feedback_due_on, c.ends_on,
           EXISTS (SELECT 1 FROM consultation_opinion o WHERE o.consultation_id = c.id AND o.voided_at IS NULL AND o.received_on <= %(as_of)s) AS heard
    FROM consultation_consultation c
    WHERE c.office_id = %(office)s AND c.voided_at IS NULL AND c.published_on BETWEEN %(since)s AND %(as_of)s
) AS drafts
"""

DOCUMENTS = """
SELECT count(*) FILTER (WHERE normative AND published_on BETWEEN %(since)s AND %(as_of)s) AS "documents.normative_published",
       count(*) FILTER (WHERE normative AND signed_on BETWEEN %(since)s AND %(as_of)s) AS "documents.normative_issued",
       count(*) FILTER (WHERE normative AND repealed_on BETWEEN %(since)s AND %(as_of)s) AS "documents.normative_repealed",
       count(*) FILTER (WHERE normative AND coalesce(effective_on, signed_on) <= %(as_of)s AND (expires_on IS NULL OR expires_on >= %(as_of)s)
           AND (repealed_on IS NULL OR repealed_on > %(as_of)s)) AS "documents.in_force",
       count(*) FILTER (WHERE explained) AS "documents.interpreted",
       count(*) FILTER (WHERE is_benefit AND published_on BETWEEN %(since)s AND %(as_of)s) AS "documents.benefit_policies",
       count(*) FILTER (WHERE is_benefit AND published_on BETWEEN %(since)s AND %(as_of)s
           AND in_time) AS "documents.benefit_policies/interpreted_in_time/held",
       count(*) FILTER (WHERE is_benefit AND published_on BETWEEN %(since)s AND %(as_of)s AND NOT in_time
           AND interpretation_due_on >= %(as_of)s) AS "documents.benefit_policies/interpreted_in_time/pending",
       count(*) FILTER (WHERE is_benefit AND published_on BETWEEN %(since)s AND %(as_of)s AND NOT in_time
           AND (interpretation_due_on IS NULL OR interpretation_due_on < %(as_of)s)) AS "documents.benefit_policies/interpreted_in_time/failed",
       count(*) FILTER (WHERE normative AND signed_on BETWEEN %(since)s AND %(as_of)s) AS "documents.gazette_due",
       count(*) FILTER (WHERE normative AND signed_on BETWEEN %(since)s AND %(as_of)s AND sent) AS "documents.gazette_due/submitted_in_30_days/held",
       count(*) FILTER (WHERE normative AND signed_on BETWEEN %(since)s AND %(as_of)s AND NOT sent
           AND gazette_due_on >= %(as_of)s) AS "documents.gazette_due/submitted_in_30_days/pending",
       count(*) FILTER (WHERE normative AND signed_on BETWEEN %(since)s AND %(as_of)s AND NOT sent
           AND (gazette_due_on IS NULL OR gazette_due_on < %(as_of)s)) AS "documents.gazette_due/submitted_in_30_days/failed"
FROM (
    SELECT d.*, d.kind = 'normative' AS normative,
           EXISTS (SELECT 1 FROM documents_interpretation i WHERE i.document_id = d.id AND i.office_id = d.office_id AND i.voided_at IS NULL
               AND i.published_on BETWEEN %(since)s AND %(as_of)s) AS explained,
           (d.interpretation_exempted_on <= %(as_of)s AND d.interpretation_exempted_on <= d.interpretation_due_on) IS TRUE
           OR EXISTS (SELECT 1 FROM documents_interpretation i WHERE i.document_id = d.id AND i.voided_at IS NULL
               AND i.published_on <= %(as_of)s AND i.published_on <= d.interpretation_due_on) AS in_time,
           EXISTS (SELECT 1 FROM documents_gazettesubmission g WHERE g.document_id = d.id AND g.voided_at IS NULL
               AND g.submitted_on <= %(as_of)s AND g.submitted_on <= d.gazette_due_on) AS sent
    FROM documents_normativedocument d WHERE d.office_id = %(office)s AND d.voided_at IS NULL
) AS documents
"""

INTERPRETATIONS = """
SELECT count(*) AS "documents.interpretations" FROM documents_interpretation
WHERE office_id = %(office)s AND voided_at IS NULL AND published_on BETWEEN %(since)s AND %(as_of)s
"""

GAZETTE = """
SELECT count(*) AS "documents.gazette_printed" FROM documents_gazettesubmission
WHERE office_id = %(office)s AND voided_at IS NULL AND printed_on BETWEEN %(since)s AND %(as_of)s
"""

EVALUATIONS = """
SELECT count(*) AS "documents.evaluations" FROM documents_evaluation
WHERE office_id = %(office)s AND voided_at IS NULL AND finished_on BETWEEN %(since)s AND %(as_of)s
"""

BENEFITS = """
SELECT count(*) AS "benefits.updates", count(DISTINCT u.policy_id) AS "benefits.updated"
FROM benefits_benefitupdate u JOIN benefits_benefitpolicy p ON p.id = u.policy_id
WHERE u.office_id = %(office)s AND u.voided_at IS NULL AND p.voided_at IS NULL AND u.updated_on BETWEEN %(since)s AND %(as_of)s
"""

EVENTS = """
SELECT count(*) FILTER (WHERE kind = 'briefing' AND part = 'host' AND held_on BETWEEN %(since)s AND %(as_of)s) AS "events.briefings",
       count(*) FILTER (WHERE planned) AS "events.briefings_planned",
       count(*) FILTER (WHERE planned AND held_on <= %(as_of)s) AS "events.briefings_planned/held/held",
       count(*) FILTER (WHERE planned AND (held_on IS NULL OR held_on > %(as_of)s) AND planned_on >= %(as_of)s
           AND (cancelled_on IS NULL OR cancelled_on > %(as_of)s)) AS "events.briefings_planned/held/pending",
       count(*) FILTER (WHERE planned AND (held_on IS NULL OR held_on > %(as_of)s)
           AND (planned_on < %(as_of)s OR cancelled_on <= %(as_of)s)) AS "events.briefings_planned/held/failed",
       count(*) FILTER (WHERE kind = 'press_conference' AND part IN ('host', 'support')
           AND held_on BETWEEN %(since)s AND %(as_of)s) AS "events.press_conferences",
       count(*) FILTER (WHERE kind = 'online_interview' AND held_on BETWEEN %(since)s AND %(as_of)s) AS "events.online_interviews",
       count(*) FILTER (WHERE kind = 'broadcast' AND held_on BETWEEN %(since)s AND %(as_of)s) AS "events.broadcasts",
       count(*) FILTER (WHERE kind = 'training' AND part = 'host' AND held_on BETWEEN %(since)s AND %(as_of)s) AS "events.trainings"
FROM (
    SELECT e.*, (kind = 'briefing' AND part = 'host' AND planned_on BETWEEN %(since)s AND %(through)s) IS TRUE AS planned
    FROM events_event e WHERE office_id = %(office)s AND voided_at IS NULL
) AS events
"""

ATTENDANCES = """
SELECT count(*) AS "events.enterprise_times", count(DISTINCT a.credit_code) AS "events.enterprises", coalesce(sum(a.persons), 0) AS "events.person_times"
FROM events_attendance a JOIN events_event e ON e.id = a.event_id
WHERE a.office_id = %(office)s AND a.voided_at IS NULL AND e.voided_at IS NULL AND e.kind = 'briefing' AND e.part = 'host'
  AND e.held_on BETWEEN %(since)s AND %(as_of)s
"""

INTERVIEWS = """
SELECT count(*) AS "events.interviews" FROM events_interview
WHERE office_id = %(office)s AND voided_at IS NULL AND interviewed_on BETWEEN %(since)s AND %(as_of)s
"""

CONCERNS = """
SELECT count(*) FILTER (WHERE found) AS "concerns.received",
       count(*) FILTER (WHERE found AND first_answered AND NOT first_late AND (press_due_at IS NULL OR press_held AND NOT press_late))
           AS "concerns.received/responded_in_time/held",
       count(*) FILTER (WHERE found AND NOT first_late AND NOT press_late
           AND (NOT first_answered OR press_due_at IS NOT NULL AND NOT press_held)) AS "concerns.received/responded_in_time/pending",
       count(*) FILTER (WHERE found AND (first_late OR press_late)) AS "concerns.received/responded_in_time/failed",
       count(*) FILTER (WHERE is_misinformation AND clarified_at >= %(midnight)s AND clarified_at < %(over)s) AS "concerns.clarified"
FROM (
    SELECT c.*, found_at >= %(midnight)s AND found_at < %(over)s AS found,
           (first_response_at < %(over)s) IS TRUE AS first_answered, (press_at < %(over)s) IS TRUE AS press_held,
           (CASE WHEN first_response_at < %(over)s THEN first_response_at > first_due_at ELSE first_due_at < %(over)s END) IS TRUE AS first_late,
           (CASE WHEN press_at < %(over)s THEN press_at > press_due_at ELSE press_due_at < %(over)s END) IS TRUE AS press_late
    FROM concerns_concern c WHERE office_id = %(office)s AND voided_at IS NULL
) AS concerns
"""

MATTERS = """
SELECT count(*) AS "guides.matters" FROM guides_matter m
WHERE office_id = %(office)s AND voided_at IS NULL AND listed_on <= %(as_of)s AND NOT EXISTS (
    SELECT 1 FROM guides_matterchange gone
    WHERE gone.matter_id = m.id AND gone.voided_at IS NULL AND gone.kind = 'cancelled' AND gone.effective_on <= %(as_of)s AND NOT EXISTS (
        SELECT 1 FROM guides_matterchange back
        WHERE back.matter_id = m.id AND back.voided_at IS NULL AND back.kind IN ('admitted', 'added')
          AND back.effective_on <= %(as_of)s AND back.effective_on > gone.effective_on))
"""

CHANGES = """
SELECT count(*) FILTER (WHERE c.kind <> 'rectified' AND c.effective_on BETWEEN %(since)s AND %(as_of)s) AS "guides.changes",
       count(*) FILTER (WHERE c.kind = 'rectified' AND c.proposed_on BETWEEN %(since)s AND %(as_of)s) AS "guides.rectified",
       count(*) FILTER (WHERE c.kind = 'rectified' AND c.proposed_on BETWEEN %(since)s AND %(as_of)s
           AND c.effective_on <= %(as_of)s) AS "guides.rectified/done/held",
       count(*) FILTER (WHERE c.kind = 'rectified' AND c.proposed_on BETWEEN %(since)s AND %(as_of)s
           AND (c.effective_on IS NULL OR c.effective_on > %(as_of)s) AND c.rectify_due_on >= %(as_of)s) AS "guides.rectified/done/pending",
       count(*) FILTER (WHERE c.kind = 'rectified' AND c.proposed_on BETWEEN %(since)s AND %(as_of)s
           AND (c.effective_on IS NULL OR c.effective_on > %(as_of)s)
           AND (c.rectify_due_on IS NULL OR c.rectify_due_on < %(as_of)s)) AS "guides.rectified/done/failed"
FROM guides_matterchange c JOIN guides_matter m ON m.id = c.matter_id
WHERE c.office_id = %(office)s AND c.voided_at IS NULL AND m.voided_at IS NULL
"""

AGENDA = """
SELECT count(*) FILTER (WHERE i.topic = 'openness' AND m.kind = 'directors'
           AND m.held_on BETWEEN %(since)s AND %(as_of)s) AS "accountability.openness_reports",
       count(*) FILTER (WHERE i.topic = 'openness' AND m.kind = 'directors' AND m.planned_on BETWEEN %(since)s AND %(through)s
           AND (m.held_on IS NULL OR m.held_on > %(as_of)s)
           AND (m.cancelled_on IS NULL OR m.cancelled_on > %(as_of)s)) AS "accountability.openness_reports_planned",
       count(*) FILTER (WHERE i.topic IN ('ideology', 'network_ideology')
           AND m.held_on BETWEEN %(since)s AND %(as_of)s) AS "accountability.ideology_items"
FROM accountability_agendaitem i JOIN accountability_meeting m ON m.id = i.meeting_id
WHERE i.office_id = %(office)s AND i.voided_at IS NULL AND m.voided_at IS NULL
"""

REPORTS = """
SELECT count(*) AS "accountability.reports",
       count(*) FILTER (WHERE r.covers_ideology) AS "accountability.reports/covers_ideology/held",
       count(*) FILTER (WHERE NOT r.covers_ideology) AS "accountability.reports/covers_ideology/failed"
FROM accountability_accountabilityreport r JOIN accountability_meeting m ON m.id = r.meeting_id
WHERE r.office_id = %(office)s AND r.voided_at IS NULL AND m.voided_at IS NULL AND m.held_on BETWEEN %(since)s AND %(as_of)s
"""

BALLOTS = """
SELECT count(*) AS "accountability.ballots"
FROM accountability_ballot b JOIN accountability_meeting m ON m.id = b.meeting_id JOIN accountability_accountabilityreport r ON r.id = b.report_id
WHERE b.office_id = %(office)s AND b.voided_at IS NULL AND m.voided_at IS NULL AND r.voided_at IS NULL
  AND m.held_on BETWEEN %(since)s AND %(as_of)s
"""

FINDINGS = """
SELECT count(*) AS "inspection.findings",
       count(*) FILTER (WHERE stands = 'held') AS "inspection.findings/closed/held",
       count(*) FILTER (WHERE stands = 'pending') AS "inspection.findings/closed/pending",
       count(*) FILTER (WHERE stands = 'failed') AS "inspection.findings/closed/failed",
       count(*) FILTER (WHERE is_veto) AS "inspection.vetoes",
       count(*) FILTER (WHERE is_veto AND stands = 'held') AS "inspection.vetoes/closed/held",
       count(*) FILTER (WHERE is_veto AND stands = 'pending') AS "inspection.vetoes/closed/pending",
       count(*) FILTER (WHERE is_veto AND stands = 'failed') AS "inspection.vetoes/closed/failed"
FROM (
    SELECT is_veto, CASE WHEN fixed_on <= %(as_of)s AND rechecked_on <= %(as_of)s THEN 'held'
                         WHEN fixed_on <= %(as_of)s OR fix_due_on >= %(as_of)s THEN 'pending' ELSE 'failed' END AS stands
    FROM inspection_finding
    WHERE office_id = %(office)s AND voided_at IS NULL AND found_on BETWEEN %(since)s AND %(as_of)s
) AS findings
"""

#: The statements for each model that indicators are about.
BY_MODEL = {
    "publishing.ChannelPost": (POSTS,), "publishing.Article": (ARTICLES,), "publishing.SecrecyReview": (REVIEWS,),
    "foi.Application": (APPLICATIONS, RESULTS), "foi.Remedy": (REMEDIES,), "consultation.Opinion": (OPINIONS,), "consultation.Consultation": (CONSULTATIONS,),
    "documents.NormativeDocument": (DOCUMENTS,), "documents.Interpretation": (INTERPRETATIONS,), "documents.GazetteSubmission": (GAZETTE,),
    "documents.Evaluation": (EVALUATIONS,), "benefits.BenefitUpdate": (BENEFITS,), "events.Event": (EVENTS,),
    "events.Attendance": (ATTENDANCES,), "events.Interview": (INTERVIEWS,), "concerns.Concern": (CONCERNS,), "guides.Matter": (MATTERS,),
    "guides.MatterChange": (CHANGES,), "accountability.AgendaItem": (AGENDA,), "accountability.AccountabilityReport": (REPORTS,),
    "accountability.Ballot": (BALLOTS,), "inspection.Finding": (FINDINGS,),
}  # fmt: skip
GROUPED = frozenset({RESULTS, REMEDIES})
