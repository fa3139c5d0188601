// Requests are values that users meet too, so they stand in <partyline/http.hpp>. Readers of this folder look here first.
#pragma once

#include <partyline/http.hpp>
