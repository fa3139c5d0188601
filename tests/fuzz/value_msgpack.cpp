// Valid msgpack is read to its end; what is written of it is read again as the same.
#include <cstdlib>

#include <partyline/convert.hpp>

#include "value/msgpack_document.hpp"
#include "value/msgpack_writer.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    using namespace partyline;
    std::string_view const bytes(reinterpret_cast<char const*>(data), size);
    msgpack_document document(32);
    if (!document.parse(bytes)) return 0;
    if (msgpack_value_end(bytes, 0) != size) std::abort();
    value v;
    if (!decode(document.root(), v)) std::abort();
    std::string written;
    msgpack_writer out(written, 33);
    encode(out, v);
    msgpack_document again(33);
    value w;
    if (out.failure() != errc{} || !again.parse(written) || !decode(again.root(), w)) std::abort();
    if (v.to_json() != w.to_json()) std::abort();
    return 0;
}
