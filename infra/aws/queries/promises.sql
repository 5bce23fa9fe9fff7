-- Counts how often each promise was kept in a month such as '2026-04', the only parameter.
-- A contact counts in the month in which it was last closed. The provider's own targets, which were
-- promised to nobody, are left out. The figures are those of the report.
WITH published AS (
  -- An event may be published more than once.
  SELECT DISTINCT id, type, reference, entry, place, day, standard, deadline, internal, late, ended_by
  FROM events
),
closings AS (
  SELECT reference, type, day,
    row_number() OVER (PARTITION BY reference ORDER BY entry DESC, place DESC) AS back
  FROM published
  WHERE type IN ('contact.closed', 'contact.reopened')
),
closed AS (
  SELECT reference
  FROM closings
  WHERE back = 1 AND type = 'contact.closed' AND substr(day, 1, 7) = ?
),
outcomes AS (
  SELECT reference, standard, type, late, ended_by,
    row_number() OVER (PARTITION BY reference, deadline ORDER BY entry DESC, place DESC) AS back
  FROM published
  WHERE type LIKE 'deadline.%' AND NOT internal
)
SELECT outcomes.standard AS standard,
  sum(CASE WHEN type = 'deadline.met' AND NOT late THEN 1 ELSE 0 END) AS kept,
  sum(CASE WHEN type = 'deadline.met' AND late THEN 1 ELSE 0 END) AS late,
  sum(CASE WHEN type IN ('deadline.started', 'deadline.missed') THEN 1 ELSE 0 END) AS missed,
  sum(CASE WHEN type = 'deadline.waived' AND ended_by IS NOT NULL THEN 1 ELSE 0 END) AS ended,
  sum(CASE WHEN type = 'deadline.window-closed' OR (type = 'deadline.waived' AND ended_by IS NULL)
    THEN 1 ELSE 0 END) AS not_owed
FROM outcomes
JOIN closed ON closed.reference = outcomes.reference
WHERE outcomes.back = 1
GROUP BY outcomes.standard
ORDER BY outcomes.standard
