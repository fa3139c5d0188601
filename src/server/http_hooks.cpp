#include <partyline/http_hooks.hpp>

#include <atomic>

namespace partyline {

struct http_answer::state
{
    explicit state(function f) : send(std::move(f)) {}
    state(state const&) = delete;
    state& operator=(state const&) = delete;
    ~state()
    {
        if (!given.test_and_set()) send(http::response::text(500, "Internal Server Error\n"));
    }

    function send;
    std::atomic_flag given;
};

http_answer::http_answer(function send) : state_(std::make_shared<state>(std::move(send))) {}

void http_answer::operator()(http::response response) const
{
    if (!state_->given.test_and_set()) state_->send(std::move(response));
}

void http_answer::forgo() const noexcept { (void)state_->given.test_and_set(); }

} // namespace partyline
