// Content codings: negotiation, and gzip and deflate on zlib; see compression.hpp.
#include "http/compression.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>

#include "http/token.hpp"

namespace partyline::http {

namespace {

// A weight in thousandths (RFC 9110 section 12.4.2: at most three decimals); -1 if it is malformed.
int parse_weight(std::string_view text) noexcept
{
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return -1;
    int weight = (text[0] - '0') * 1000;
    if (text.size() == 1) return weight;
    if (text[1] != '.') return -1;
    int unit = 100;
    for (char c : text.substr(2)) {
        if (c < '0' || c > '9') return -1;
        weight += (c - '0') * unit;
        unit /= 10;
    }
    return weight > 1000 ? -1 : weight;
}

struct preference
{
    std::string_view name;
    int weight = 1000;
};

preference parse_preference(std::string_view member) noexcept
{
    preference parsed{next_list_member(member, ';')};
    while (!member.empty()) {
        auto const parameter = next_list_member(member, ';');
        auto const equals = parameter.find('=');
        if (equals != parameter.npos && equals_ignoring_case(trim(parameter.substr(0, equals)), "q"))
            parsed.weight = parse_weight(trim(parameter.substr(equals + 1)));
    }
    return parsed;
}

bool names(preference const& wanted, coding which) noexcept
{
    return equals_ignoring_case(wanted.name, to_string(which)) ||
           (which == coding::gzip && equals_ignoring_case(wanted.name, "x-gzip"));
}

} // namespace

std::string_view to_string(coding which) noexcept
{
    switch (which) {
    case coding::gzip:
        return "gzip";
    case coding::deflate:
        return "deflate";
    case coding::brotli:
        return "br";
    case coding::identity:
        break;
    }
    return {};
}

coding choose_coding(std::string_view accept_encoding, std::span<coding const> available) noexcept
{
    // How much each of the available codings is wanted: a name counts more than `*`, whatever their order.
    struct candidate
    {
        int weight = -1;
        bool by_name = false;
        std::size_t order = 0;
    };
    constexpr std::size_t codings = 4;
    candidate candidates[codings];
    std::size_t order = 0;
    for (auto rest = accept_encoding; !rest.empty(); ++order) {
        auto const wanted = parse_preference(next_list_member(rest));
        bool const any = wanted.name == "*";
        for (coding const which : available) {
            auto& found = candidates[static_cast<std::size_t>(which) % codings];
            bool const named = which != coding::identity && names(wanted, which);
            if ((named && !found.by_name) || (any && !found.by_name && found.weight < 0))
                found = {wanted.weight, named, order};
        }
    }
    coding best = coding::identity;
    candidate chosen{0, false, 0};
    for (coding const which : available) {
        auto const& found = candidates[static_cast<std::size_t>(which) % codings];
        if (which == coding::identity || found.weight <= 0) continue;
        bool const better = found.weight != chosen.weight     ? found.weight > chosen.weight
                            : found.by_name != chosen.by_name ? found.by_name
                                                              : found.order < chosen.order;
        if (better) {
            best = which;
            chosen = found;
        }
    }
    return best;
}

compressor::compressor(int level) noexcept : level_(level < 1 || level > 9 ? 6 : level) {}
compressor::compressor(compressor&&) noexcept = default;
compressor& compressor::operator=(compressor&&) noexcept = default;
compressor::~compressor() = default;

void compressor::deflate_end::operator()(z_stream_s* stream) const noexcept
{
    deflateEnd(stream);
    delete stream;
}

result<std::string> compressor::compress(coding how, std::string_view text)
{
    if (how != coding::gzip && how != coding::deflate) return errc::unsupported;
    if (text.size() > std::numeric_limits<uInt>::max() / 2) return errc::message_too_big;
    auto& state = how == coding::gzip ? gzip_ : deflate_;
    if (!state) {
        auto made = std::make_unique<z_stream>();
        *made = {};
        int const window_bits = how == coding::gzip ? 15 + 16 : 15; // +16: zlib writes gzip's header and trailer
        if (deflateInit2(made.get(), level_, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            return errc::system_failure;
        state.reset(made.release());
    } else {
        deflateReset(state.get());
    }
    std::string out(deflateBound(state.get(), static_cast<uLong>(text.size())), '\0');
    state->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); // zlib does not write to it
    state->avail_in = static_cast<uInt>(text.size());
    state->next_out = reinterpret_cast<Bytef*>(out.data());
    state->avail_out = static_cast<uInt>(out.size());
    if (deflate(state.get(), Z_FINISH) != Z_STREAM_END) return errc::system_failure;
    out.resize(out.size() - state->avail_out);
    return out;
}

void decompressor::inflate_end::operator()(z_stream_s* stream) const noexcept
{
    inflateEnd(stream);
    delete stream;
}

result<void> decompressor::feed(std::string_view coded, std::size_t limit, std::string& out)
{
    if (how_ != coding::gzip && how_ != coding::deflate) return errc::unsupported;
    if (coded.empty()) return {};
    if (complete_) return errc::invalid_compression;
    if (!stream_) {
        auto made = std::make_unique<z_stream>();
        *made = {};
        if (inflateInit2(made.get(), how_ == coding::gzip ? 15 + 16 : 15) != Z_OK) return errc::system_failure;
        stream_.reset(made.release());
    }
    char buffer[16 * 1024];
    while (true) {
        auto const piece = std::min<std::size_t>(coded.size(), std::numeric_limits<uInt>::max());
        stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(coded.data())); // zlib does not write to it
        stream_->avail_in = static_cast<uInt>(piece);
        stream_->next_out = reinterpret_cast<Bytef*>(buffer);
        stream_->avail_out = sizeof buffer;
        int const status = inflate(stream_.get(), Z_NO_FLUSH);
        coded.remove_prefix(piece - stream_->avail_in);
        std::size_t const made = sizeof buffer - stream_->avail_out;
        if (made > limit - std::min(limit, out.size())) return errc::message_too_big;
        out.append(buffer, made);
        if (status == Z_STREAM_END) {
            complete_ = true;
            if (!coded.empty()) return errc::invalid_compression;
            return {};
        }
        if (status == Z_MEM_ERROR) return errc::system_failure;
        if (status != Z_OK && status != Z_BUF_ERROR) return errc::invalid_compression;
        if (coded.empty() && stream_->avail_out != 0) return {};
    }
}

} // namespace partyline::http
