-- What the service does by itself is a job; a task is what a person has to do.
alter table duty rename to job;
alter index duty_pkey rename to job_pkey;
alter table job rename constraint duty_outcome_check to job_outcome_check;
delete from job where name in ('forgetting', 'audit-forgetting');
