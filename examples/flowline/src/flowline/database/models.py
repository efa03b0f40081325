"""Every table in one place, so that importing this module completes ``Base.metadata``."""

from flowline.database.base import Base
from flowline.database.flows import Deployment, Flow, Schedule
from flowline.database.runs import Artifact, FlowRun, FlowRunState, LogLine, TaskRun
from flowline.database.variables import Variable
from flowline.database.workers import Worker, WorkPool, WorkQueue

__all__ = [
    "Artifact",
    "Base",
    "Deployment",
    "Flow",
    "FlowRun",
    "FlowRunState",
    "LogLine",
    "Schedule",
    "TaskRun",
    "Variable",
    "WorkPool",
    "WorkQueue",
    "Worker",
]
