-- name: accept
INSERT INTO job (id, key, number, client, workflow, attempt, create_ms, outputs, prompt, extra)
VALUES (:id, :key, :number, :client, :workflow,
        (SELECT coalesce(max(attempt), 0) FROM job WHERE id = :id), :now, :outputs, :prompt, :extra);

-- name: claim
-- queued -> running, under a token that no earlier attempt at a job of this id has had
UPDATE job SET state = 'running', attempt = :attempt, tries = tries + 1, start_ms = :now
WHERE seq = :seq AND state = 'queued' AND attempt < :attempt;

-- name: finish
-- running -> done, failed or cancelled, only for the attempt that has the job
UPDATE job SET state = :state, record = :record, end_ms = :now, rank = 1 + (SELECT coalesce(max(rank), 0) FROM job)
WHERE seq = :seq AND state = 'running' AND attempt = :attempt;

-- name: requeue
-- running -> queued, only for the attempt that has the job
UPDATE job SET state = 'queued', start_ms = NULL, tries = tries - :forgiven
WHERE seq = :seq AND state = 'running' AND attempt = :attempt;

-- name: cancel
-- queued -> cancelled
UPDATE job SET state = 'cancelled', end_ms = :now, rank = 1 + (SELECT coalesce(max(rank), 0) FROM job)
WHERE seq = :seq AND state = 'queued';

-- name: live
SELECT seq, id, number, client, key, state, attempt, tries, create_ms, start_ms, end_ms, workflow, outputs,
       prompt, extra, record
FROM job WHERE state IN ('queued', 'running') ORDER BY seq;

-- name: by_seq
SELECT seq, id, number, client, key, state, attempt, tries, create_ms, start_ms, end_ms, workflow, outputs,
       prompt, extra, record
FROM job WHERE seq = :seq;

-- name: by_key
SELECT seq, id, number, client, key, state, attempt, tries, create_ms, start_ms, end_ms, workflow, outputs,
       prompt, extra, record
FROM job WHERE key = :key;

-- name: counter
SELECT counter FROM server;

-- name: remember_counter
UPDATE server SET counter = :counter WHERE counter < :counter;

-- name: probe
UPDATE server SET probes = probes + 1;
