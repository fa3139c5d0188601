#include <partyline/args.hpp>

#include <gtest/gtest.h>

#include "value/msgpack_writer.hpp"

using namespace partyline;

namespace {

args json(std::string_view text, std::size_t count, std::span<binary const> attachments = {})
{
    return args::borrow(args::format::json, text, count, attachments);
}

std::string msgpack_of(args const& list)
{
    std::string out;
    msgpack_writer writer(out);
    writer.splice(list);
    return out;
}

} // namespace

TEST(args, reads_each_argument_as_asked)
{
    auto const list = json(R"("ann", 7 ,[1,2],null)", 4);
    EXPECT_EQ(list.size(), 4U);
    EXPECT_EQ(*list.get<std::string>(0), "ann");
    EXPECT_EQ(*list.get<int>(1), 7);
    EXPECT_EQ(*list.get<std::vector<int>>(2), (std::vector<int>{1, 2}));
    EXPECT_EQ(list.get<std::optional<int>>(3).value(), std::nullopt);
    EXPECT_EQ(list.get<int>(0).error(), errc::type_mismatch);
    EXPECT_EQ(list.get<int>(4).error(), errc::missing_argument);
    EXPECT_EQ(list.get<std::optional<int>>(4).value(), std::nullopt);
    EXPECT_TRUE(list.get<value>(4).value().is_null());
    EXPECT_EQ(list.at(1), value(7));
    EXPECT_TRUE(list.at(9).is_null());
    EXPECT_EQ(value(list.values()).to_json(), R"(["ann",7,[1,2],null])");
}

TEST(args, copies_and_moves_own_their_text)
{
    args copy;
    args moved;
    {
        std::string text = R"("kept",{"_placeholder":true,"num":0})";
        std::vector<binary> attachments = {binary::from_text("bytes")};
        auto list = json(text, 2, attachments);
        copy = list;
        moved = std::move(list);
        text.assign(text.size(), '#');
        attachments.clear();
    }
    for (auto const* list : {&copy, &moved}) {
        EXPECT_EQ(*list->get<std::string>(0), "kept");
        EXPECT_EQ(list->get<binary>(1)->text(), "bytes");
    }
    args const shared = copy;
    EXPECT_EQ(shared.text().data(), copy.text().data()) << "owned text is shared by copies";
    args& self = copy;
    copy = self;
    EXPECT_EQ(copy.size(), 2U);
}

TEST(args, is_made_from_values)
{
    auto const list = args::of("ann", 7, binary::from_text("bytes"), std::vector<int>{1}, nullptr);
    EXPECT_EQ(list.size(), 5U);
    EXPECT_EQ(list.text(), R"("ann",7,{"_placeholder":true,"num":0},[1],null)");
    EXPECT_EQ(list.get<binary>(2)->text(), "bytes");
    EXPECT_TRUE(args::of().empty());
}

TEST(args, of_args_counts_them_all)
{
    auto const inner = args::of(1, 2);
    auto const outer = args::of("a", inner, args(), 3);
    EXPECT_EQ(outer.size(), 4U);
    EXPECT_EQ(outer.text(), R"("a",1,2,3)");
}

TEST(args, too_deep_to_be_written_are_empty)
{
    value v = 1;
    for (int i = 0; i < 200; ++i) v = value::array{std::move(v)};
    EXPECT_TRUE(args::of(v).empty());
}

TEST(args, read_what_simdjson_refuses)
{
    auto const list = json(R"("\ud800",1e400,123456789012345678901234567890)", 3);
    EXPECT_EQ(*list.get<std::string>(0), "\xef\xbf\xbd");
    EXPECT_GT(*list.get<double>(1), 1e308);
    EXPECT_EQ(list.get<std::int64_t>(2).error(), errc::out_of_range);
    EXPECT_EQ(list.values().size(), 3U);
}

TEST(args, of_msgpack_read_the_same)
{
    auto const list = args::of("ann", 7, binary::from_text("bytes"), value::object{{"a", value::array{1, 2.5}}});
    auto const packed_text = msgpack_of(list);
    auto const packed = args::borrow(args::format::msgpack, packed_text, list.size(), {});
    EXPECT_EQ(packed.values(), list.values());
    EXPECT_EQ(packed.get<binary>(2)->text(), "bytes");
    EXPECT_EQ(packed.at(3), list.at(3));
    EXPECT_EQ(packed.get<int>(4).error(), errc::missing_argument);
    EXPECT_EQ(msgpack_of(packed), packed_text) << "spliced unchanged";
    // and back into JSON
    EXPECT_EQ(args::of(packed).text(), list.text());
    EXPECT_EQ(args::of(packed).get<binary>(2)->text(), "bytes");
}
