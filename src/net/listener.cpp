// listener.cpp
