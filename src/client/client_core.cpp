#include "client/client_core.hpp"

#include <utility>

#include "client/client_loop.hpp"
#include "client/client_shell.hpp"

namespace partyline {

client_core::client_core(client_settings const& settings, std::shared_ptr<client_member> first,
                         std::shared_ptr<client_box> box)
    : first_(std::move(first)),
      box_(std::move(box)),
      codecs_(settings.codecs),
      log_(settings.options.log),
      mailbox_bytes_(settings.options.mailbox_bytes)
{}

std::shared_ptr<client_place> client_core::place(std::string_view name, std::shared_ptr<client_member> const& whose)
{
    std::lock_guard const lock(mutex_);
    for (auto const& each : places_)
        if (each->name == name) return each;
    return places_.emplace_back(std::make_shared<client_place>(std::string(name), whose));
}

std::vector<std::shared_ptr<client_place>> client_core::places(client_member const& whose) const
{
    std::lock_guard const lock(mutex_);
    std::vector<std::shared_ptr<client_place>> found;
    for (auto const& each : places_)
        if (each->member.get() == &whose) found.push_back(each);
    return found;
}

void client_core::drop(client_place const& place)
{
    std::lock_guard const lock(mutex_);
    std::erase_if(places_, [&](auto const& each) { return each.get() == &place; });
}

client_reconnection client_core::reconnection() const
{
    std::lock_guard const lock(mutex_);
    return reconnection_ ? *reconnection_ : plan()->reconnection;
}

void client_core::set_reconnection(client_reconnection const& changed)
{
    std::lock_guard const lock(mutex_);
    reconnection_ = std::make_unique<client_reconnection const>(changed);
}

bool client_core::run(work job)
{
    if (box_->is_here()) {
        if (!shell) return made ? false : post(std::move(job)); // its making is still in the queue, and so before this
        job(*shell);
        return true;
    }
    return post(std::move(job));
}

bool client_core::post(work job)
{
    return box_->post([self = shared_from_this(), job = std::move(job)](client_loop&) mutable {
        if (self->shell) job(*self->shell);
    });
}

bool client_core::run(work job, std::size_t bytes)
{
    if (box_->is_here()) return run(std::move(job));
    // given back when the work is done, or dropped
    struct share
    {
        share(std::shared_ptr<client_core> of, std::size_t size) noexcept : core(std::move(of)), bytes(size) {}
        share(share&& other) noexcept : core(std::move(other.core)), bytes(std::exchange(other.bytes, 0)) {}
        share& operator=(share&&) = delete;
        ~share()
        {
            if (core) core->waiting_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
        }
        std::shared_ptr<client_core> core;
        std::size_t bytes;
    };
    auto const before = waiting_bytes_.fetch_add(bytes, std::memory_order_relaxed);
    share mine(shared_from_this(), bytes);
    if (before != 0 && before + bytes > mailbox_bytes_) return false;
    return post([job = std::move(job), mine = std::move(mine)](client_shell& at) mutable { job(at); });
}

codec& client_core::codec_here() const
{
    if (auto* const home = box_->here()) return home->codec_of(codecs_);
    return codec_source::of_this_thread(codecs_);
}

void client_core::log(log_level level, std::string_view message) const noexcept
{
    if (!log_ || silent || first_->silent) return;
    try {
        log_(level, message);
    } catch (...) { // a sink that throws is not our business
    }
}

void client_core::report(std::string_view what, std::exception_ptr thrown) noexcept
{
    handler_errors_.fetch_add(1, std::memory_order_relaxed);
    try {
        std::rethrow_exception(std::move(thrown));
    } catch (std::exception const& why) {
        log(log_level::error, std::string(what) + " threw: " + why.what());
    } catch (...) {
        log(log_level::error, std::string(what) + " threw something that is no std::exception");
    }
}

} // namespace partyline
