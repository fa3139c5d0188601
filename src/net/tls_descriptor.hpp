// The small BIO through which OpenSSL reaches a descriptor, for both ends. OpenSSL's own socket BIO calls write(), which raises
// SIGPIPE when the other end is gone; a library may not change the process's signal handling, so this one sends with MSG_NOSIGNAL.
#pragma once

struct bio_st;

namespace partyline::net {

/// A BIO that reads and writes `descriptor` without owning it; null if memory is short.
[[nodiscard]] bio_st* open_descriptor_bio(int descriptor);

} // namespace partyline::net
