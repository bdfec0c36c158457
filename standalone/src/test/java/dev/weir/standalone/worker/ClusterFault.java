package dev.weir.standalone.worker;

/** What happens to a cluster of three brokers and two workers. */
enum ClusterFault {
    /** A worker is killed and started again. */
    KILL_WORKER,
    /** A broker is killed and started again. */
    KILL_BROKER,
    /** Both at once. */
    KILL_BOTH,
    /** A worker stands still until the other one has gone on without it. */
    FREEZE_WORKER,
    /** A broker stands still until the others have gone on without it. */
    FREEZE_BROKER,
    /** A worker reaches no broker until the other one has gone on without it; it still writes. */
    CUT_WORKER,
    /** A broker reaches nobody until the others have gone on without it. */
    CUT_BROKER,
    /** A worker and a broker do not reach each other for longer than a session. */
    CUT_WORKER_FROM_BROKER
}
