// join_cache.cpp
