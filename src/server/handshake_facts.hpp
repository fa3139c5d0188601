// The first request of a client as it is kept: one block of memory, parsed when asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <partyline/handshake.hpp>
#include <partyline/http.hpp>

namespace partyline {

/// Every idle client costs one, so its texts stand right behind it, and the names of common headers are one byte each.
///
/// Thread: immutable, any. Owner: the slot and the handshakes of its sockets. Lifetime: until the last of them is gone.
class handshake_facts final : public handshake_request
{
public:
    /// Headers not in `keep` are left out, where `keep` is given; Origin always stays.
    [[nodiscard]] static std::shared_ptr<handshake_request const>
    make(http::request const& first, std::string_view address, bool secure, std::int64_t issued,
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
    handshake_facts(std::int64_t issued, bool secure, std::size_t address, std::size_t url,
                    std::size_t headers) noexcept
        : issued_(issued),
          headers_(static_cast<std::uint32_t>(headers)),
          url_(static_cast<std::uint16_t>(url)),
          address_(static_cast<std::uint8_t>(address)),
          secure_(secure)
    {}

    [[nodiscard]] char const* text() const noexcept { return reinterpret_cast<char const*>(this + 1); }
    [[nodiscard]] std::string_view packed_headers() const noexcept;
    [[nodiscard]] std::string_view find(std::string_view name) const noexcept;
    [[nodiscard]] std::string_view query_text() const noexcept;

    // behind this object: the address, the url, the headers
    std::int64_t issued_;
    std::uint32_t headers_; // bytes
    std::uint16_t url_;
    std::uint8_t address_;
    bool secure_;
};

} // namespace partyline
