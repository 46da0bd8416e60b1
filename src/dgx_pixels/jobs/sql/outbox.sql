-- name: expect
INSERT INTO outbox (job, root, subfolder, filename, staged, size, sha256)
VALUES (:job, :root, :subfolder, :filename, :staged, :size, :sha256);

-- name: unpublished
SELECT file, job, root, subfolder, filename, staged, size, sha256 FROM outbox ORDER BY file;

-- name: retarget
UPDATE outbox SET filename = :filename WHERE file = :file AND filename <> :filename;

-- name: published
DELETE FROM outbox WHERE file = :file;
