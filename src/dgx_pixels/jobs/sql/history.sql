-- name: forget_older_twins
-- a later run of an id takes the place of the earlier ones
DELETE FROM job WHERE id = :id AND rank IS NOT NULL AND seq <> :seq;

-- name: forget
DELETE FROM job WHERE rank IS NOT NULL AND id IN (SELECT value FROM json_each(:ids));

-- name: forget_all
DELETE FROM job WHERE rank IS NOT NULL;

-- name: ended_count
SELECT count(*) FROM job WHERE rank IS NOT NULL;

-- name: prune
DELETE FROM job WHERE seq IN (SELECT seq FROM job WHERE rank IS NOT NULL ORDER BY rank LIMIT :surplus);

-- name: newest
SELECT id, number, prompt, extra, outputs, record FROM (
    SELECT * FROM job WHERE rank IS NOT NULL AND record IS NOT NULL ORDER BY rank DESC LIMIT :count
) ORDER BY rank;

-- name: window
SELECT id, number, prompt, extra, outputs, record FROM job
WHERE rank IS NOT NULL AND record IS NOT NULL ORDER BY rank LIMIT :count OFFSET :offset;

-- name: one
SELECT id, number, prompt, extra, outputs, record FROM job
WHERE id = :id AND rank IS NOT NULL AND record IS NOT NULL ORDER BY rank DESC LIMIT 1;

-- name: by_id
SELECT seq, id, number, client, key, state, attempt, tries, create_ms, start_ms, end_ms, workflow, outputs,
       prompt, extra, record
FROM job WHERE id = :id ORDER BY seq DESC LIMIT 1;

-- name: page
SELECT id, number, client, state, attempt, create_ms, start_ms, end_ms, workflow, record
FROM job WHERE seq IN (
    SELECT seq FROM job WHERE state IN (SELECT value FROM json_each(:states)) ORDER BY seq DESC
    LIMIT :limit OFFSET :offset
) ORDER BY seq DESC;

-- name: page_total
SELECT count(*) FROM job WHERE state IN (SELECT value FROM json_each(:states));

-- name: record
SELECT record FROM job WHERE seq = :seq;

-- name: amend
-- a file got another name than its job asked for
UPDATE job SET record = :record WHERE seq = :seq AND rank IS NOT NULL;
