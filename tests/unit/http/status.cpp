#include <partyline/http.hpp>

namespace partyline::http {
namespace {

TEST(status, has_a_phrase_for_everything_that_is_answered)
{
    for (int status :
         {101, 200, 204, 206, 304, 400, 403, 404, 405, 408, 412, 413, 414, 416, 417, 426, 431, 500, 501, 503, 505})
        EXPECT_NE(reason_phrase(status), "Unknown") << status;
    EXPECT_EQ(reason_phrase(403), "Forbidden");
    EXPECT_EQ(reason_phrase(999), "Unknown");
}

} // namespace
} // namespace partyline::http
