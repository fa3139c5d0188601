// The first request of a client as it is kept: one block, parsed when asked.
#pragma once

#include <partyline/handshake.hpp>
#include <partyline/http.hpp>

namespace partyline {

/// Target and address stand in the block as if they were headers, under names that no header can have.
///
/// Thread: immutable, any. Owner: the slot and the handshakes of its sockets. Lifetime: until the last of them is gone.
class handshake_facts final : public handshake_request
{
public:
    /// Headers not in `keep` are left out, where `keep` is given; Origin always stays.
    handshake_facts(http::request const& first, std::string_view address, bool secure, std::int64_t issued,
                    std::vector<std::string> const* keep, std::string_view certificate_subject = {});

    [[nodiscard]] std::string_view header(std::string_view name) const override;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> headers() const override;
    [[nodiscard]] std::string_view url() const noexcept override;
    [[nodiscard]] std::optional<std::string> query(std::string_view name) const override;
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> query() const override;
    [[nodiscard]] std::string_view address() const noexcept override;
    [[nodiscard]] bool secure() const noexcept override { return secure_; }
    [[nodiscard]] std::string_view certificate_subject() const noexcept override;
    [[nodiscard]] std::int64_t issued() const noexcept override { return issued_; }

private:
    [[nodiscard]] std::string_view query_text() const noexcept;

    http::header_block block_;
    std::int64_t issued_;
    bool secure_;
};

} // namespace partyline
