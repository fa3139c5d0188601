// The cursor over simdjson's tape: one word per value, brackets at both ends of arrays and objects, so that its whole state
// is one index. Used by `json_document` alone; it stands in a header so that the document stays readable.
#pragma once

#include <cstring>
#include <limits>
#include <optional>
#include <span>

#include <simdjson.h>

#include <partyline/reader.hpp>
#include <partyline/value.hpp>

namespace partyline {

class json_tape_reader final : public reader
{
public:
    json_tape_reader() = default;
    json_tape_reader(simdjson::dom::document const& document, std::span<binary const> attachments) noexcept
        : tape_(document.tape.get()), strings_(document.string_buf.get()), attachments_(attachments)
    {}

    [[nodiscard]] value_kind peek() const override;
    bool read_null() override;
    bool read_bool(bool& out) override;
    bool read_int64(std::int64_t& out) override;
    bool read_uint64(std::uint64_t& out) override;
    bool read_double(double& out) override;
    bool read_string(std::string_view& out) override;
    bool read_binary(binary& out) override;
    bool enter_array() override;
    bool next_element() override;
    bool enter_object() override;
    bool next_key(std::string_view& out) override;
    void skip() override { at_ = behind(at_); }
    [[nodiscard]] std::unique_ptr<reader> clone() const override { return std::make_unique<json_tape_reader>(*this); }

    /// See `json_document`.
    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] result<std::size_t> check_placeholders(std::size_t attachments) const;

private:
    [[nodiscard]] char type(std::size_t at) const noexcept { return static_cast<char>(tape_[at] >> 56); }
    [[nodiscard]] std::uint64_t payload(std::size_t at) const noexcept
    {
        return tape_[at] & ((std::uint64_t{1} << 56) - 1);
    }
    template <class T>
    [[nodiscard]] T number(std::size_t at) const noexcept
    {
        T out;
        std::memcpy(&out, &tape_[at + 1], sizeof out);
        return out;
    }
    [[nodiscard]] std::string_view string(std::size_t at) const noexcept;
    [[nodiscard]] std::size_t behind(std::size_t at) const noexcept;
    [[nodiscard]] std::optional<std::uint64_t> placeholder_number(std::size_t at) const noexcept;
    [[nodiscard]] binary const* attachment() const noexcept;
    [[nodiscard]] value number_here() const noexcept;

    std::uint64_t const* tape_ = nullptr;
    std::uint8_t const* strings_ = nullptr;
    std::span<binary const> attachments_;
    std::size_t at_ = 1; // behind the root's word
};

} // namespace partyline
