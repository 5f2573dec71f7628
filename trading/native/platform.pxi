# Platform: where the calling thread's memory comes from; see native/node_memory.hpp.

cdef extern from "node_memory.hpp" namespace "trading::native":
    int prefer_node_for_thread "trading::native::prefer_node_for_thread" (int node)
    int preferred_node_of_thread "trading::native::preferred_node_of_thread" ()


def prefer_node(int node):
    """Take the calling thread's new pages from a node, or with -1 from where it runs. Returns 0 or an errno."""
    return prefer_node_for_thread(node)


def preferred_node():
    """Tell which node the calling thread's new pages come from: -1 for none, -2 where the system does not say."""
    return preferred_node_of_thread()
