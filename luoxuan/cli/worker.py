"""The worker「后台进程」: does jobs as they come, and catches up every minute and after each."""

import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import DatabaseError, connections
from django.utils import timezone

from luoxuan.core.audit_heads import write_head
from luoxuan.core.jobs import run_due
from luoxuan.core.read_only import forget_writability, is_full, is_read_only

logger = logging.getLogger("luoxuan.cli")

CATCH_UP_SECONDS = 60.0
_PATIENCE = 0.2


@dataclass(frozen=True, slots=True)
class WorkerPlan:
    """How a worker works: how often it looks, how long its lease is, and when it ends."""

    seconds: float
    lease: timedelta
    is_once: bool = False
    with_parent: bool = False


def work(plan: WorkerPlan, catch_up: Callable[..., object]) -> None:
    """Do jobs again and again, until interrupted or, ``with_parent``, until the parent is gone."""
    parent = os.getppid()
    owner = f"{socket.gethostname()}:{os.getpid()}"
    caught_up = 0.0
    while not plan.with_parent or os.getppid() == parent:
        n_begun = 0
        if is_read_only() and not plan.is_once:
            # A job that is begun now fails; so all of them wait.
            time.sleep(plan.seconds)
            continue
        try:
            n_begun = run_due(
                owner=owner, now=timezone.now, lease=plan.lease, limit=None if plan.is_once else 1
            )
            if n_begun or not caught_up or time.monotonic() - caught_up > CATCH_UP_SECONDS:
                catch_up(by=None, at=timezone.now())
                write_head(at=timezone.now())
                caught_up = time.monotonic()
        except DatabaseError:
            # A locked or restarting database is tried again; anything else ends the worker visibly.
            logger.exception("work failed, will be tried again")
            connections.close_all()
        except OSError as error:
            if not is_full(error):
                raise
            forget_writability()
            logger.exception("the disk takes nothing, will be tried again")
        if plan.is_once:
            return
        if not n_begun:
            time.sleep(plan.seconds)


def watch(plan: WorkerPlan, catch_up: Callable[..., object]) -> None:
    """Let a child work, and another one whenever it was killed: by memory, by a parser, by hand."""
    parent = os.getppid()
    connections.close_all()
    while True:
        child = os.fork()
        if not child:
            _be_the_child(plan, catch_up)
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            if plan.with_parent and os.getppid() != parent:
                os.kill(child, signal.SIGTERM)
                os.waitpid(child, 0)
                return
            time.sleep(_PATIENCE)
        logger.error("the worker ended and is begun anew", extra={"worker": child})
        time.sleep(plan.seconds)


def _be_the_child(plan: WorkerPlan, catch_up: Callable[..., object]) -> None:
    """Work until the watcher is gone; this process never comes back."""
    status = 1
    try:
        work(WorkerPlan(plan.seconds, plan.lease, with_parent=True), catch_up)
        status = 0
    except BaseException:
        logger.exception("the worker failed")
        raise
    finally:
        os._exit(status)
