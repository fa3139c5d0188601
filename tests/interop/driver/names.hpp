// The driver's own name service: hosts and addresses that a test says, and may take away and give back while clients connect.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace driver {

/// Thread: any.
class host_names
{
public:
    void set(std::string const& host, std::vector<std::string> addresses)
    {
        std::lock_guard const lock(mutex_);
        all_[host] = std::move(addresses);
    }
    /// None: there is no such host.
    [[nodiscard]] std::vector<std::string> find(std::string const& host) const
    {
        std::lock_guard const lock(mutex_);
        auto const found = all_.find(host);
        return found == all_.end() ? std::vector<std::string>() : found->second;
    }

private:
    mutable std::mutex mutex_;
    std::map<std::string, std::vector<std::string>> all_;
};

} // namespace driver
